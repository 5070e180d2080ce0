import type { BuildAssignment, CreateBuild } from '@berth/contracts';
import { traceparentNow } from '@berth/observability';
import {
  BuildSourceGone,
  createBuild,
  Database,
  readBuildSpecification,
  readPool,
  repeatBuild,
  type TaskRow,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { UserCaller } from '../auth/caller.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { isUuid } from '../paging.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { SecretBox } from '../secrets/secret-box.js';
import { sourceGone } from './builds.service.js';
import { openSteps, sealSteps } from './steps-seal.js';

const DEFAULT_POOL = 'default';
const MAX_RETRIES = 5;

/** Builds whose steps Berth's own agents run. */
@Injectable()
export class AgentBuildsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  /** @throws ProblemError 422 where pool or source are not there */
  async create(caller: UserCaller, request: CreateBuild, newId: string | undefined): Promise<TaskRow> {
    const { organizationId, actor } = caller;
    const name = request.pool ?? DEFAULT_POOL;
    const pool = await readPool(this.database, organizationId, name);
    if (pool === null) {
      throw new ProblemError(422, 'UNKNOWN_POOL', `pool: there is no pool "${name}"`);
    }
    const noSource = new ProblemError(
      422,
      'UNKNOWN_SOURCE',
      `sourceId: there is no source "${String(request.sourceId)}" (any more): upload one with POST /api/v1/sources`,
    );
    if (request.sourceId !== undefined && !isUuid(request.sourceId)) {
      throw noSource;
    }
    return createBuild(this.database, {
      ...(newId === undefined ? {} : { id: newId }),
      organizationId,
      runsOn: { poolId: pool.id, sealedSteps: sealSteps(this.box, request.steps) },
      sourceId: request.sourceId ?? null,
      certsId: null,
      artifacts: request.artifacts ?? [],
      originalBuildId: null,
      message: request.message ?? null,
      priority: request.priority ?? 0,
      maxRetries: request.maxRetries ?? MAX_RETRIES,
      actor,
      traceparent: traceparentNow(),
    }).catch((error: unknown) => {
      throw error instanceof BuildSourceGone ? noSource : error;
    });
  }

  /** The work of a finished build again, as a new one. */
  async repeat(
    caller: UserCaller,
    taskId: string,
    message: string | null,
    newId: string | undefined,
  ): Promise<TaskRow> {
    const { organizationId, actor } = caller;
    try {
      const again = {
        taskId,
        organizationId,
        actor,
        traceparent: traceparentNow(),
        ...(newId === undefined ? {} : { id: newId }),
        ...(message === null ? {} : { message }),
      };
      const task = await repeatBuild(this.database, again);
      if (task === null) {
        throw notFound('build', taskId);
      }
      return task;
    } catch (error) {
      throw error instanceof BuildSourceGone ? sourceGone(taskId, error) : error;
    }
  }

  /** What the agent that has accepted it needs. */
  async assignmentOf({ id, attempt }: TaskRow): Promise<BuildAssignment> {
    const build = await readBuildSpecification(this.database, id);
    if (build === null || build.sealedSteps === null) {
      throw new Error(`task ${id} is no build with steps`);
    }
    const { source, artifacts, sealedSteps } = build;
    return {
      kind: 'build',
      taskId: id,
      attempt,
      phase: 'build',
      source: source === null ? null : { sizeBytes: source.sizeBytes, sha256: source.sha256 },
      steps: openSteps(this.box, sealedSteps),
      artifacts,
      maxArtifactMb: this.env.BERTH_MAX_RESULT_MB,
    };
  }
}
