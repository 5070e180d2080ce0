import { Module } from '@nestjs/common';
import { BuildFiles } from './build-files.service.js';
import { BuildsController } from './builds.controller.js';
import { BuildsService } from './builds.service.js';
import { ResultsController } from './results.controller.js';
import { WorkerBuildsController } from './worker-builds.controller.js';
import { WorkerBuildsService } from './worker-builds.service.js';
import { WorkersController } from './workers.controller.js';

/** The build workers' protocol, on the same tasks, claims and logs as everything else. */
@Module({
  controllers: [BuildsController, WorkerBuildsController, WorkersController, ResultsController],
  providers: [BuildFiles, BuildsService, WorkerBuildsService],
})
export class BuildsModule {}
