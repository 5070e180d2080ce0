import type { BuildLogPost } from '@berth/contracts';
import { logLine } from '@berth/domain';
import {
  abandonBuild,
  appendLog,
  Database,
  endBuild,
  extendLease,
  noteBuildSign,
  noteWorkerAlive,
  readBuildPart,
  readOwnership,
  recordBuildSigns,
  type BuildEnd,
  type BuildSigns,
  type StoredObject,
  type TaskRow,
  type WorkerBuild,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { API_ENV, type ApiEnv } from '../env.js';
import { RunMasks } from '../masking/run-masks.service.js';
import { isUuid } from '../paging.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { SecretBox } from '../secrets/secret-box.js';
import { sealLog } from '../secrets/sealed-log.js';
import { buildStatus } from './build-json.js';

/** While a file is on its way; far below any limit after which a worker may count as lost. */
const SIGN_MS = 1_000;

/** What workers do with the builds that they own. Each call is a sign that the worker lives. */
@Injectable()
export class WorkerBuildsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(RunMasks) private readonly masks: RunMasks,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  /** Only the owner may have them. @throws ProblemError 403, 404 */
  async part(build: WorkerBuild, part: 'source' | 'certs'): Promise<StoredObject> {
    await this.expectHeld(build);
    await this.fetches(build);
    const object = await readBuildPart(this.database, build.taskId, part);
    if (object === null) {
      throw new ProblemError(404, 'NOT_STORED', `build ${build.taskId} has no ${part}`);
    }
    return object;
  }

  /** @throws ProblemError 403, 404 */
  async expectHeld(build: WorkerBuild): Promise<void> {
    const { task, owned } = await this.ownership(build);
    if (!owned) {
      throw new ProblemError(403, 'NOT_YOUR_BUILD', notYours(task), {
        currentStatus: buildStatus(task.status),
      });
    }
  }

  /** Nothing of a build is fetched without a reason: its worker, or the machine in it, is at it. */
  private async fetches({ agentId, ...build }: WorkerBuild): Promise<void> {
    await noteWorkerAlive(this.database, agentId);
    if (isUuid(build.taskId)) {
      await extendLease(this.database, { ...build, agentId }, this.env.BERTH_BUILD_START_SECONDS);
    }
  }

  /**
   * While a file is on its way, the worker is not lost, and the build that it is of does not run out. Either may be
   * named only in the course of it.
   */
  async whileTransferring<T>(build: Partial<WorkerBuild>, transfer: () => Promise<T>): Promise<T> {
    const keep = async (): Promise<void> => {
      const { taskId, agentId } = build;
      if (agentId !== undefined) {
        await (taskId === undefined
          ? noteWorkerAlive(this.database, agentId)
          : this.fetches({ ...build, taskId, agentId }));
      }
    };
    await keep();
    const timer = setInterval(() => {
      // What one of them misses, the next one makes good.
      keep().catch(() => undefined);
    }, SIGN_MS);
    try {
      return await transfer();
    } finally {
      clearInterval(timer);
    }
  }

  /** The build begins, or goes on. @throws ProblemError 404, 409 */
  async sign(build: WorkerBuild, signs: BuildSigns = {}): Promise<TaskRow> {
    this.expectId(build);
    const task = await noteBuildSign(this.database, build, {
      silentSeconds: this.env.BERTH_BUILD_SILENT_SECONDS,
    });
    if (task === null) {
      throw await this.refusal(build);
    }
    if (
      Object.keys(signs).length > 0 &&
      !(await recordBuildSigns(
        this.database,
        { ...build, attempt: task.attempt },
        (await this.masks.ofBuild(task.id)).json(signs),
      ))
    ) {
      throw new ProblemError(
        400,
        'TOO_MANY_TYPES',
        'type: this build has telemetry of too many types already',
      );
    }
    return task;
  }

  async log(build: WorkerBuild, { logs }: BuildLogPost): Promise<number> {
    const task = await this.sign(build);
    const now = new Date();
    const mask = await this.masks.ofBuild(task.id);
    const text = logs.map(({ level, message }) => logLine(now, level, mask.text(message))).join('');
    const appended = await appendLog(this.database, {
      by: null,
      taskId: task.id,
      attempt: task.attempt,
      phase: 'build',
      offset: 'end',
      content: Buffer.from(text),
      maxBytes: this.env.BERTH_MAX_LOG_MB * 1024 * 1024,
      seal: (kept) => sealLog(this.box, kept),
    });
    if (appended.outcome === 'stale') {
      throw await this.refusal(build);
    }
    return logs.length;
  }

  /** Early, so that a result that nobody takes need not arrive. @throws ProblemError 404, 409 */
  async expectOwned(build: WorkerBuild): Promise<void> {
    const { task, owned } = await this.ownership(build);
    const mayRepeat = task.agentId === build.agentId && task.status === 'succeeded';
    if (!owned && !mayRepeat) {
      throw refused(task);
    }
  }

  /** False where this very end was reported before. @throws ProblemError 404, 409 */
  async end(build: WorkerBuild, end: BuildEnd): Promise<boolean> {
    this.expectId(build);
    const ending = await endBuild(this.database, build, await this.masked(build, end));
    switch (ending.outcome) {
      case 'ended':
        return true;
      case 'repeated':
        return false;
      case 'unknown':
        throw notFound('build', build.taskId);
      case 'refused':
        throw refused(ending.task);
    }
  }

  async abandon(build: WorkerBuild, reason: string): Promise<TaskRow> {
    this.expectId(build);
    const mask = await this.masks.ofBuild(build.taskId);
    const task = await abandonBuild(this.database, { ...build, reason: mask.text(reason) });
    if (task === null) {
      throw await this.refusal(build);
    }
    return task;
  }

  private async masked({ taskId }: WorkerBuild, end: BuildEnd): Promise<BuildEnd> {
    if (end.succeeded) {
      return end;
    }
    const { failure } = end;
    const mask = await this.masks.ofBuild(taskId);
    return { ...end, failure: { ...failure, message: mask.text(failure.message) } };
  }

  private async refusal(build: WorkerBuild): Promise<ProblemError> {
    return refused((await this.ownership(build)).task);
  }

  private async ownership(build: WorkerBuild) {
    this.expectId(build);
    const ownership = await readOwnership(this.database, build);
    if (ownership === null) {
      throw notFound('build', build.taskId);
    }
    return ownership;
  }

  private expectId({ taskId }: WorkerBuild): void {
    if (!isUuid(taskId)) {
      throw notFound('build', taskId);
    }
  }
}

function refused(task: TaskRow): ProblemError {
  return new ProblemError(409, 'NOT_YOUR_BUILD', notYours(task), { currentStatus: buildStatus(task.status) });
}

function notYours(task: TaskRow): string {
  return `build ${task.id} is ${buildStatus(task.status)} and not (or no longer) yours: drop it`;
}
