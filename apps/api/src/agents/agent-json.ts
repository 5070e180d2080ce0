import type { Agent, Pool, Slot } from '@berth/contracts';
import type { AgentView, PoolRow, SlotView } from '@berth/persistence';

export function agentJson({
  organizationId: _organization,
  unwellSince: since,
  unwellUntil: until,
  unwellReason: reason,
  ...agent
}: AgentView): Agent {
  return {
    ...agent,
    unwell:
      since === null || until === null || reason === null
        ? null
        : { since: since.toISOString(), until: until.toISOString(), reason },
    registeredAt: agent.registeredAt.toISOString(),
    lastHeartbeatAt: agent.lastHeartbeatAt?.toISOString() ?? null,
    drainRequestedAt: agent.drainRequestedAt?.toISOString() ?? null,
  };
}

export function slotJson({ place: _place, organizationId: _organization, ...slot }: SlotView): Slot {
  return {
    ...slot,
    reservedUntil: slot.reservedUntil?.toISOString() ?? null,
    taskStartedAt: slot.taskStartedAt?.toISOString() ?? null,
  };
}

export function poolJson({ id, name, maxReservedSlots, runIsolation, createdAt }: PoolRow): Pool {
  return { id, name, maxReservedSlots, runIsolation, createdAt: createdAt.toISOString() };
}
