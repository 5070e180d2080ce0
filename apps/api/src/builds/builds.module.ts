import { Module } from '@nestjs/common';
import { AgentBuildsService } from './agent-builds.service.js';
import { BuildFiles } from './build-files.service.js';
import { BuildsController } from './builds.controller.js';
import { BuildsService } from './builds.service.js';
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
  ],
  providers: [AgentBuildsService, BuildFiles, BuildsService, WorkerBuildsService, WorkerTokens],
  exports: [AgentBuildsService],
})
export class BuildsModule {}
