import type { ActiveBuild, Build, BuildState, BuildStatus } from '@berth/contracts';
import type { TaskStatus } from '@berth/domain';
import type { BuildView } from '@berth/persistence';

/** The protocol's word for each state of a task that a build can be in. */
const STATUS: Record<TaskStatus, BuildStatus> = {
  pending: 'pending',
  assigned: 'assigned',
  planning: 'building',
  apply_pending: 'building',
  apply_queued: 'building',
  applying: 'building',
  running: 'building',
  succeeded: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  discarded: 'cancelled',
};

export function buildStatus(status: TaskStatus): BuildStatus {
  return STATUS[status];
}

/** The states of a task that the protocol's word means. */
export function statusesOf(word: BuildStatus): TaskStatus[] {
  return (Object.keys(STATUS) as TaskStatus[]).filter((status) => STATUS[status] === word);
}

const CANCELLED = 'Build cancelled by user';

export function buildStateJson(build: BuildView): BuildState {
  const status = buildStatus(build.status);
  return {
    id: build.id,
    status: status === 'cancelled' ? 'failed' : status,
    platform: build.platform,
    worker_id: build.workerId,
    submitted_at: build.createdAt.getTime(),
    started_at: build.startedAt?.getTime() ?? null,
    completed_at: build.finishedAt?.getTime() ?? null,
    error_message: status === 'cancelled' ? CANCELLED : errorOf(build),
  };
}

export function activeBuildJson(build: BuildView): ActiveBuild {
  return {
    id: build.id,
    status: buildStatus(build.status),
    platform: build.platform,
    worker_id: build.workerId,
    worker_name: build.workerName,
    submitted_at: build.createdAt.getTime(),
    started_at: build.startedAt?.getTime() ?? null,
  };
}

export function buildJson(build: BuildView): Build {
  const finishedAt = build.finishedAt?.toISOString() ?? null;
  return {
    id: build.id,
    status: buildStatus(build.status),
    platform: build.platform,
    worker_id: build.workerId,
    worker_name: build.workerName,
    submitted_at: build.createdAt.toISOString(),
    started_at: build.startedAt?.toISOString() ?? null,
    completed_at: finishedAt,
    error_message: errorOf(build),
    has_result: build.hasResult,
    original_build_id: build.originalBuildId,
    createdAt: build.createdAt.toISOString(),
    ...(finishedAt === null ? {} : { completedAt: finishedAt }),
    updated_at: build.updatedAt.toISOString(),
  };
}

/** A build that goes on has no error, whatever its last attempt said: that is in its timeline. */
function errorOf({ status, errorMessage }: BuildView): string | null {
  return status === 'failed' ? errorMessage : null;
}
