import { Module } from '@nestjs/common';
import { AgentBuildsService } from './agent-builds.service.js';
import { BuildFiles } from './build-files.service.js';
import { BuildLogReader } from './build-log-reader.service.js';
import { BuildResults } from './build-results.service.js';
import { BuildsController } from './builds.controller.js';
import { BuildsService } from './builds.service.js';
import { DiagnosticsController } from './diagnostics.controller.js';
import { MachinePasswords } from './machine-passwords.service.js';
import { MachinesController } from './machines.controller.js';
import { PlatformController } from './platform.controller.js';
import { ResultsController } from './results.controller.js';
import { SourcesController } from './sources.controller.js';
import { WorkerBuildsController } from './worker-builds.controller.js';
import { WorkerBuildsService } from './worker-builds.service.js';
import { WorkerTokens } from './worker-tokens.service.js';
import { WorkersController } from './workers.controller.js';

/** Builds: the workers' protocol, and what agents run, on the same tasks, claims and logs as everything else. */
@Module({
  controllers: [
    BuildsController,
    WorkerBuildsController,
    WorkersController,
    ResultsController,
    SourcesController,
    MachinesController,
    PlatformController,
    DiagnosticsController,
  ],
  providers: [
    AgentBuildsService,
    BuildFiles,
    BuildLogReader,
    BuildResults,
    BuildsService,
    MachinePasswords,
    WorkerBuildsService,
    WorkerTokens,
  ],
  exports: [AgentBuildsService],
})
export class BuildsModule {}
