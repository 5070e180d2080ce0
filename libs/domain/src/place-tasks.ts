/** A task that may start, in the order in which tasks are served. */
export interface WaitingTask {
  readonly id: string;
  readonly poolId: string;
  /** The idle slot that last served its workspace, whose init is nearly free. */
  readonly warm: { readonly agentId: string; readonly slotId: number } | null;
  /** Those that failed it last, the last one at the end. */
  readonly failedAgents: readonly string[];
}

/** An agent that can take tasks, and how many: it has so many idle slots, and may start so many processes. */
export interface AgentRoom {
  readonly agentId: string;
  readonly poolId: string;
  readonly room: number;
  /** It was unwell, while others of its pool are not: whether it is well again is not tried with a task that it has failed. */
  readonly onTrial: boolean;
}

export interface Placement {
  readonly taskId: string;
  readonly agentId: string;
  /** Null: any idle one of the agent. */
  readonly slotId: number | null;
}

/**
 * Gives each task, in order, an agent of its pool: that of its warm slot where it has room, else the one with the most room;
 * those that have failed the task come last. Tasks for which nothing is left are left out. One step for each task, and for
 * each agent that has failed it, however many agents there are.
 */
export function placeTasks(tasks: readonly WaitingTask[], agents: readonly AgentRoom[]): Placement[] {
  const left = new Map(agents.map((agent) => [agent.agentId, agent.room]));
  const pools = new Map<string, AgentsByRoom>();
  for (const agent of agents) {
    const pool = pools.get(agent.poolId) ?? new AgentsByRoom(left);
    pools.set(agent.poolId, pool);
    pool.add(agent.agentId, agent.room);
  }
  const onTrial = new Set(agents.filter((agent) => agent.onTrial).map(({ agentId }) => agentId));
  const placements: Placement[] = [];
  const given = new Set<string>();
  for (const { id: taskId, poolId, warm, failedAgents } of tasks) {
    const slot = warm === null ? '' : `${warm.slotId} ${warm.agentId}`;
    const isWarm =
      warm !== null &&
      (left.get(warm.agentId) ?? 0) > 0 &&
      !given.has(slot) &&
      !failedAgents.includes(warm.agentId);
    const agentId = isWarm ? warm.agentId : leastBad(pools.get(poolId), failedAgents, onTrial);
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

/** One that has not failed the task, else the one that has failed it longest ago. */
function leastBad(
  pool: AgentsByRoom | undefined,
  failedAgents: readonly string[],
  onTrial: ReadonlySet<string>,
): string | undefined {
  const never = failedAgents.filter((agentId) => onTrial.has(agentId));
  for (let past = 0; past <= failedAgents.length; past += 1) {
    const agentId = pool?.roomiest([...never, ...failedAgents.slice(past)]);
    if (agentId !== undefined) {
      return agentId;
    }
  }
  return undefined;
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

  roomiest(but: readonly string[]): string | undefined {
    for (let room = this.levels.length - 1; room > 0; room -= 1) {
      const level = this.levels[room] ?? [];
      let at = 0;
      for (let agentId = level[at]; agentId !== undefined; agentId = level[at]) {
        const left = this.left.get(agentId) ?? 0;
        if (left === room && but.includes(agentId)) {
          at += 1;
          continue;
        }
        level.splice(at, 1);
        // The caller takes one of it.
        this.add(agentId, left === room ? room - 1 : left);
        if (left === room) {
          return agentId;
        }
      }
      if (level.length === 0 && room === this.levels.length - 1) {
        this.levels.pop();
      }
    }
    return undefined;
  }
}
