/** A task that may start, in the order in which tasks are served. */
export interface WaitingTask {
  readonly id: string;
  readonly poolId: string;
  /** The idle slot that last served its workspace, whose init is nearly free. */
  readonly warm: { readonly agentId: string; readonly slotId: number } | null;
}

/** An agent that can take tasks, and how many: it has so many idle slots, and may start so many processes. */
export interface AgentRoom {
  readonly agentId: string;
  readonly poolId: string;
  readonly room: number;
}

export interface Placement {
  readonly taskId: string;
  readonly agentId: string;
  /** Null: any idle one of the agent. */
  readonly slotId: number | null;
}

/**
 * Gives each task, in order, an agent of its pool: that of its warm slot where it has room, else the one with the most room.
 * Tasks for which nothing is left are left out. One step for each task, however many agents there are.
 */
export function placeTasks(tasks: readonly WaitingTask[], agents: readonly AgentRoom[]): Placement[] {
  const left = new Map(agents.map((agent) => [agent.agentId, agent.room]));
  const pools = new Map<string, AgentsByRoom>();
  for (const agent of agents) {
    const pool = pools.get(agent.poolId) ?? new AgentsByRoom(left);
    pools.set(agent.poolId, pool);
    pool.add(agent.agentId, agent.room);
  }
  const placements: Placement[] = [];
  const given = new Set<string>();
  for (const { id: taskId, poolId, warm } of tasks) {
    const slot = warm === null ? '' : `${warm.slotId} ${warm.agentId}`;
    const isWarm = warm !== null && (left.get(warm.agentId) ?? 0) > 0 && !given.has(slot);
    const agentId = isWarm ? warm.agentId : pools.get(poolId)?.roomiest();
    if (agentId !== undefined) {
      left.set(agentId, (left.get(agentId) ?? 0) - 1);
      placements.push({ taskId, agentId, slotId: isWarm ? warm.slotId : null });
    }
    if (isWarm) {
      given.add(slot);
    }
  }
  return placements;
}

/** Agents of one pool by how many tasks they can take. Whose room was used since stands too high, and moves when it is met. */
class AgentsByRoom {
  private readonly levels: string[][] = [];

  constructor(private readonly left: ReadonlyMap<string, number>) {}

  add(agentId: string, room: number): void {
    while (this.levels.length <= room) {
      this.levels.push([]);
    }
    this.levels[room]?.push(agentId);
  }

  roomiest(): string | undefined {
    while (this.levels.length > 1) {
      const room = this.levels.length - 1;
      const agentId = this.levels[room]?.shift();
      if (agentId === undefined) {
        this.levels.pop();
        continue;
      }
      const left = this.left.get(agentId) ?? 0;
      // The caller takes one of it.
      this.add(agentId, left === room ? room - 1 : left);
      if (left === room) {
        return agentId;
      }
    }
    return undefined;
  }
}
