/** A task that may start, in the order in which tasks are served. */
export interface WaitingTask {
  readonly id: string;
  readonly poolId: string;
  readonly workspaceId: string | null;
}

/** An idle slot. */
export interface IdleSlot {
  readonly agentId: string;
  readonly podName: string;
  readonly slotId: number;
  readonly poolId: string;
  readonly lastWorkspaceId: string | null;
}

export interface Match {
  readonly taskId: string;
  readonly slot: IdleSlot;
}

/**
 * Gives each task, in order, an idle slot of its pool on an agent that may start another process. A slot that last
 * served the task's workspace is preferred, because its init is nearly free; then the agent with the most room.
 * @param room how many more processes each agent may start
 */
export function matchTasksToSlots(
  tasks: readonly WaitingTask[],
  slots: readonly IdleSlot[],
  room: ReadonlyMap<string, number>,
): Match[] {
  const left = new Map(room);
  const free = new Map<string, IdleSlot[]>();
  for (const slot of slots) {
    free.set(slot.poolId, [...(free.get(slot.poolId) ?? []), slot]);
  }
  const matches: Match[] = [];
  for (const task of tasks) {
    const slot = bestSlot(task, free.get(task.poolId) ?? [], left);
    if (slot !== undefined) {
      matches.push({ taskId: task.id, slot });
      left.set(slot.agentId, (left.get(slot.agentId) ?? 0) - 1);
      free.set(
        task.poolId,
        (free.get(task.poolId) ?? []).filter((one) => one !== slot),
      );
    }
  }
  return matches;
}

function bestSlot(
  task: WaitingTask,
  slots: readonly IdleSlot[],
  room: ReadonlyMap<string, number>,
): IdleSlot | undefined {
  let best: IdleSlot | undefined;
  let bestScore = -1;
  for (const slot of slots) {
    const agentRoom = room.get(slot.agentId) ?? 0;
    if (agentRoom <= 0) {
      continue;
    }
    const warm = task.workspaceId !== null && slot.lastWorkspaceId === task.workspaceId;
    // An agent's room is below 1,000, so affinity always counts for more.
    const score = agentRoom + (warm ? 1_000 : 0);
    if (score > bestScore) {
      best = slot;
      bestScore = score;
    }
  }
  return best;
}
