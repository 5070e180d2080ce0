import type { BuildListQuery, Platform, RetriedBuild, SubmittedBuild } from '@berth/contracts';
import { isFinal } from '@berth/domain';
import { traceparentNow } from '@berth/observability';
import {
  BuildSourceGone,
  createBuild,
  Database,
  listBuilds,
  readBuild,
  readBuildPart,
  repeatBuild,
  stopTask,
  type BuildPart,
  type BuildView,
  type NewBuild,
  type StoredObject,
  type TaskRow,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { BuildCaller, UserCaller } from '../auth/caller.js';
import { isUuid } from '../paging.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { TokenSigner } from '../secrets/signed-token.js';
import { buildStatus, statusesOf } from './build-json.js';

/** How often a transient failure sends a build back to the queue. */
const MAX_RETRIES = 3;

/** What people ask of the builds that workers do. */
@Injectable()
export class BuildsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TokenSigner) private readonly signer: TokenSigner,
  ) {}

  async submit(
    caller: UserCaller,
    platform: Platform,
    parts: Pick<NewBuild, 'sourceId' | 'certsId' | 'sealedPasswords'>,
  ): Promise<SubmittedBuild> {
    const task = await createBuild(this.database, {
      organizationId: caller.organizationId,
      runsOn: { platform },
      ...parts,
      artifacts: [],
      originalBuildId: null,
      message: null,
      priority: 0,
      maxRetries: MAX_RETRIES,
      actor: caller.actor,
      traceparent: traceparentNow(),
    });
    return this.submitted(platform, task);
  }

  /** A new build of the same source. @throws ProblemError 400 where the source is gone */
  async retry(caller: UserCaller | BuildCaller, id: string): Promise<RetriedBuild> {
    const build = await this.find(caller, id);
    if (!isFinal(build.status)) {
      throw new ProblemError(
        400,
        'STATUS_DOES_NOT_ALLOW',
        `build ${id} is ${buildStatus(build.status)}: it goes on`,
        {
          currentStatus: buildStatus(build.status),
        },
      );
    }
    const task = await this.repeated(caller, id);
    return { ...this.submitted(build.platform as Platform, task), original_build_id: id };
  }

  private async repeated(caller: UserCaller | BuildCaller, id: string): Promise<TaskRow> {
    const { organizationId, actor } = caller;
    try {
      const task = await repeatBuild(this.database, {
        taskId: id,
        organizationId,
        actor,
        traceparent: traceparentNow(),
      });
      if (task === null) {
        throw notFound('build', id);
      }
      return task;
    } catch (error) {
      throw error instanceof BuildSourceGone ? sourceGone(id, error) : error;
    }
  }

  /** @throws ProblemError 404, also where the caller's token opens another build */
  async find(caller: UserCaller | BuildCaller, id: string): Promise<BuildView> {
    const opens = caller.kind === 'user' || caller.buildId === id;
    const build = opens && isUuid(id) ? await readBuild(this.database, caller.organizationId, id) : null;
    if (build === null) {
      throw notFound('build', id);
    }
    return build;
  }

  async list(caller: UserCaller, query: BuildListQuery): Promise<BuildView[]> {
    return listBuilds(this.database, {
      organizationId: caller.organizationId,
      statuses: query.status === undefined ? null : statusesOf(query.status),
      platform: query.platform ?? null,
      workerId: query.worker_id ?? null,
      limit: query.limit,
    });
  }

  /** @throws ProblemError 404 where the build has none (any more) */
  async part(caller: UserCaller | BuildCaller, id: string, part: BuildPart): Promise<StoredObject> {
    const build = await this.find(caller, id);
    const object = await readBuildPart(this.database, id, part);
    if (object === null) {
      const state = buildStatus(build.status);
      throw new ProblemError(404, 'NOT_STORED', `build ${id} is ${state} and has no ${part} in the store`, {
        currentStatus: state,
      });
    }
    return object;
  }

  /** @throws ProblemError 400 where the build is over */
  async cancel(caller: UserCaller | BuildCaller, id: string): Promise<BuildView> {
    await this.find(caller, id);
    const stop = await stopTask(this.database, {
      taskId: id,
      request: 'cancel',
      comment: null,
      actor: caller.actor,
    });
    if (stop?.moved !== true) {
      const state = buildStatus(stop?.task.status ?? 'cancelled');
      throw new ProblemError(
        400,
        'STATUS_DOES_NOT_ALLOW',
        `build ${id} is ${state}: it cannot be cancelled`,
        {
          currentStatus: state,
        },
      );
    }
    return this.find(caller, id);
  }

  private submitted(platform: Platform, task: TaskRow): SubmittedBuild {
    const { id, organizationId } = task;
    return {
      id,
      status: buildStatus(task.status),
      platform,
      submitted_at: task.createdAt.getTime(),
      access_token: this.signer.sign({ kind: 'build', buildId: id, organizationId }),
    };
  }
}

/** @param id of the build that is to be repeated */
export function sourceGone(id: string, cause: BuildSourceGone): ProblemError {
  const detail = `what build ${id} was made of is not stored any more: submit it again`;
  return new ProblemError(400, 'SOURCE_GONE', detail, { cause });
}
