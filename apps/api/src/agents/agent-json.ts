import type { Agent, Pool, Slot } from '@berth/contracts';
import type { AgentView, PoolRow, SlotView } from '@berth/persistence';

export function agentJson(agent: AgentView): Agent {
  return {
    ...agent,
    registeredAt: agent.registeredAt.toISOString(),
    lastHeartbeatAt: agent.lastHeartbeatAt?.toISOString() ?? null,
    drainRequestedAt: agent.drainRequestedAt?.toISOString() ?? null,
  };
}

export function slotJson({ place, ...slot }: SlotView): Slot {
  return {
    ...slot,
    reservedUntil: slot.reservedUntil?.toISOString() ?? null,
    taskStartedAt: slot.taskStartedAt?.toISOString() ?? null,
  };
}

export function poolJson({ id, name, maxReservedSlots, createdAt }: PoolRow): Pool {
  return { id, name, maxReservedSlots, createdAt: createdAt.toISOString() };
}
