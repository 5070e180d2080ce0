import { failureText } from '@berth/contracts';
import type { StoredObject, WorkerBuild } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { invalidField } from '../problems/problem-error.js';
import { BuildFiles } from './build-files.service.js';
import { WorkerBuildsService } from './worker-builds.service.js';

/** What is known of a build whose result arrives: a sender may name it, and itself, behind the file. */
export type ArrivingBuild = Partial<WorkerBuild>;

/** How builds end that workers do, and what becomes of the files that come with that. */
@Injectable()
export class BuildResults {
  constructor(
    @Inject(WorkerBuildsService) private readonly builds: WorkerBuildsService,
    @Inject(BuildFiles) private readonly files: BuildFiles,
  ) {}

  /** Early, where enough is known, so that a result that nobody takes need not arrive. @throws ProblemError 404, 409 */
  async expectTaken({ taskId, agentId, ...more }: ArrivingBuild): Promise<void> {
    if (taskId !== undefined && agentId !== undefined) {
      await this.builds.expectOwned({ taskId, agentId, ...more });
    }
  }

  /** While its result is on the way, a worker that is known is not lost, and the build that is known does not run out. */
  async whileArriving<T>(build: ArrivingBuild, transfer: () => Promise<T>): Promise<T> {
    return this.builds.whileTransferring(build, transfer);
  }

  /** Ends the build; a file that is not its result then, for whatever reason, is nobody's. */
  async keeping(file: StoredObject | undefined, end: () => Promise<boolean>): Promise<void> {
    let kept = false;
    try {
      kept = await end();
    } finally {
      if (!kept && file !== undefined) {
        await this.files.discard([file]);
      }
    }
  }

  /** True where the file is the build's result now. @throws ProblemError 400, 404, 409 */
  async succeed(build: WorkerBuild, file: StoredObject | undefined, name: string): Promise<boolean> {
    if (file === undefined) {
      throw invalidField(name, 'must be a file where the build has succeeded');
    }
    return this.builds.end(build, { succeeded: true, resultId: file.id, resultSha256: file.sha256 });
  }

  /** @throws ProblemError 404, 409 */
  async fail(build: WorkerBuild, message: string | undefined): Promise<false> {
    const failure = { code: 'BUILD_FAILED', class: 'permanent', message: failureText(message) } as const;
    await this.builds.end(build, { succeeded: false, failure });
    return false;
  }
}
