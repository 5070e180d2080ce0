import type { Task } from '@berth/contracts';
import { waitingReason, type WaitingFacts } from '@berth/domain';
import { traceIdOf } from '@berth/observability';
import type { TaskRow, TaskWithReservation } from '@berth/persistence';

/** `facts` of a task that may not have started yet. */
export function taskJson(row: TaskWithReservation, facts?: WaitingFacts): Task {
  const reserved =
    row.reservedUntil !== null && row.agentId !== null && row.podName !== null && row.slotId !== null
      ? {
          agentId: row.agentId,
          podName: row.podName,
          slotId: row.slotId,
          reservedUntil: row.reservedUntil.toISOString(),
        }
      : null;
  return {
    id: row.id,
    kind: row.kind,
    operation: row.operation,
    workspaceId: row.workspaceId,
    workspace: workspaceJson(row),
    createdBy: row.createdBy,
    platform: row.platform,
    configurationId: row.configurationId,
    source: sourceJson(row),
    planTaskId: row.planTaskId,
    message: row.message,
    status: row.status,
    phase: row.phase,
    stage: row.stage,
    waiting: waitingJson(facts),
    priority: row.priority,
    attempt: row.attempt,
    retries: row.retries,
    maxRetries: row.maxRetries,
    agentId: row.agentId,
    podName: row.podName,
    slotId: row.slotId,
    planHash: row.planHash,
    effectsDigest: row.effectsDigest,
    contextDigest: row.contextDigest,
    inputsDigest: row.inputsDigest,
    digestVersion: row.digestVersion,
    digestKeyId: row.digestKeyId,
    reservation: reserved,
    traceId: traceIdOf(row.traceparent),
    phases: row.phases,
    changes: row.changes as Task['changes'],
    planIdentical: row.planIdentical,
    error: row.error as Task['error'],
    targets: row.targets,
    replace: row.replace,
    variables: row.variableNames,
    refreshOnly: row.refreshOnly,
    autoApply: row.autoApply,
    approvals:
      row.approvalsNeeded === null
        ? null
        : { needed: row.approvalsNeeded, given: row.approvals.map(approvalJson) },
    stopRequested: row.stopRequested,
    runAfter: row.runAfter.toISOString(),
    createdAt: row.createdAt.toISOString(),
    assignedAt: timeJson(row.assignedAt),
    startedAt: timeJson(row.startedAt),
    confirmedAt: timeJson(row.confirmedAt),
    finishedAt: timeJson(row.finishedAt),
  };
}

function waitingJson(facts: WaitingFacts | undefined): Task['waiting'] {
  const reason = facts === undefined ? null : waitingReason(facts);
  return reason === null ? null : { ...reason, taskId: reason.taskId ?? null };
}

function approvalJson({ actor, comment, at }: TaskWithReservation['approvals'][number]) {
  return { actor, comment, at: new Date(at).toISOString() };
}

function workspaceJson({ workspaceId: id, workspaceName: name, projectId }: TaskWithReservation) {
  return id === null || name === null || projectId === null ? null : { id, name, projectId };
}

function sourceJson({ source, configurationId }: TaskRow): Task['source'] {
  return source ?? (configurationId === null ? null : { kind: 'upload' });
}

function timeJson(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
