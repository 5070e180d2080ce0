import { describe, expect, it } from '@jest/globals';
import { TASK_STATUSES, type TaskStatus } from './task-status.js';
import { waitingReason, type PoolFacts, type TaskSlotFacts, type WaitingFacts } from './waiting-reason.js';

const NOBODY = { alive: 0, suspect: 0, draining: 0, lost: 0, stopped: 0 };

const pool = (more: Partial<PoolFacts> = {}): PoolFacts => ({
  name: 'default',
  agents: { ...NOBODY, alive: 1 },
  slots: { idle: 1, running: 0, reserved: 0 },
  platform: null,
  agentsWithRoom: 1,
  canTake: true,
  unwell: 0,
  demands: null,
  tooWeak: 0,
  ...more,
});
const slot = (more: Partial<TaskSlotFacts> = {}): TaskSlotFacts => ({
  agentId: 'agent-1',
  slotId: 2,
  agentStatus: 'alive',
  running: 0,
  concurrency: 2,
  ...more,
});
const HOLDER = {
  who: 'ada@laptop',
  operation: 'OperationTypeApply',
  since: '2026-11-20T22:10:58Z',
  taskId: null,
};
const facts = (status: TaskStatus, more: Partial<WaitingFacts> = {}): WaitingFacts => ({
  status,
  behind: null,
  delayMs: 0,
  errorMessage: null,
  pool: pool(),
  slot: null,
  reservedUntil: null,
  needsAttention: false,
  stateHolder: null,
  restoresPlan: false,
  ...more,
});
const noAgent = (agents: Partial<PoolFacts['agents']>): WaitingFacts =>
  facts('pending', {
    pool: pool({
      agents: { ...NOBODY, ...agents },
      slots: { idle: 0, running: 0, reserved: 0 },
      agentsWithRoom: 0,
      canTake: false,
    }),
  });

const REASONS: readonly (readonly [string, WaitingFacts, string, string])[] = [
  [
    'an agent that keeps runs apart as its pool demands',
    facts('pending', {
      pool: pool({
        agents: { ...NOBODY, alive: 2, lost: 1 },
        slots: { idle: 0, running: 0, reserved: 0 },
        agentsWithRoom: 0,
        canTake: false,
        demands: 'sandbox',
        tooWeak: 2,
      }),
    }),
    'NO_AGENT',
    'no agent of pool "default" keeps runs apart as it demands (sandbox): the 2 alive ones are passed over (agents: 1 lost)',
  ],
  [
    'the agents that keep runs apart as their pool demands, where others do not',
    facts('pending', {
      pool: pool({
        agents: { ...NOBODY, alive: 3 },
        slots: { idle: 0, running: 2, reserved: 0 },
        agentsWithRoom: 0,
        canTake: false,
        demands: 'user',
        tooWeak: 2,
      }),
    }),
    'NO_IDLE_SLOT',
    'no idle slot in pool "default": 0 reserved, 2 running (agents: 2 without the isolation "user")',
  ],
  [
    'an agent that is well, where others are not',
    facts('pending', {
      pool: pool({
        agents: { ...NOBODY, alive: 3 },
        slots: { idle: 4, running: 1, reserved: 0 },
        agentsWithRoom: 0,
        canTake: false,
        unwell: 2,
      }),
    }),
    'AGENTS_BUSY',
    'the one agent of pool "default" is at its concurrency: 1 running (agents: 2 unwell)',
  ],
  [
    'behind another task, whatever else is in its way',
    facts('pending', { behind: { taskId: 'task-1', status: 'apply_pending' }, delayMs: 5_000 }),
    'BEHIND_TASK',
    'behind task task-1 of its workspace, which is apply_pending',
  ],
  [
    'while a person holds the lock of the state, even where its delay is not over',
    facts('pending', { stateHolder: HOLDER, delayMs: 5_000 }),
    'STATE_LOCKED',
    "the lock of its workspace's state is held by ada@laptop for OperationTypeApply since 2026-11-20T22:10:58Z; it goes on by itself when that is given back",
  ],
  [
    'while somebody holds the lock who does not say who',
    facts('pending', { stateHolder: { ...HOLDER, who: null, operation: null } }),
    'STATE_LOCKED',
    "the lock of its workspace's state is held by somebody since 2026-11-20T22:10:58Z; it goes on by itself when that is given back",
  ],
  [
    'confirmed, while a person holds the lock of the state',
    facts('apply_queued', { stateHolder: HOLDER, slot: slot() }),
    'STATE_LOCKED',
    "the lock of its workspace's state is held by ada@laptop for OperationTypeApply since 2026-11-20T22:10:58Z; it goes on by itself when that is given back",
  ],
  ['in an empty pool', noAgent({}), 'NO_AGENT', 'no agent is alive in pool "default"'],
  [
    'in a pool whose agents are gone',
    noAgent({ suspect: 1, draining: 2, lost: 3, stopped: 4 }),
    'NO_AGENT',
    'no agent is alive in pool "default" (agents: 1 suspect, 2 draining, 3 lost, 4 stopped)',
  ],
  [
    'where every slot is in use',
    facts('pending', {
      pool: pool({ slots: { idle: 0, running: 2, reserved: 4 }, canTake: false }),
    }),
    'NO_IDLE_SLOT',
    'no idle slot in pool "default": 4 reserved, 2 running',
  ],
  [
    'where every slot is in use and an agent is suspect',
    facts('pending', {
      pool: pool({
        agents: { ...NOBODY, alive: 1, suspect: 1 },
        slots: { idle: 0, running: 2, reserved: 4 },
        canTake: false,
      }),
    }),
    'NO_IDLE_SLOT',
    'no idle slot in pool "default": 4 reserved, 2 running (agents: 1 suspect)',
  ],
  [
    'where the one agent runs as much as it may',
    facts('pending', {
      pool: pool({
        slots: { idle: 2, running: 2, reserved: 0 },
        agentsWithRoom: 0,
        canTake: false,
      }),
    }),
    'AGENTS_BUSY',
    'the one agent of pool "default" is at its concurrency: 2 running',
  ],
  [
    'where all agents run as much as they may',
    facts('pending', {
      pool: pool({
        agents: { ...NOBODY, alive: 3 },
        slots: { idle: 2, running: 6, reserved: 0 },
        agentsWithRoom: 0,
        canTake: false,
      }),
    }),
    'AGENTS_BUSY',
    'all 3 agents of pool "default" are at their concurrency: 6 running',
  ],
  [
    'where one agent has the slot and another one the room',
    facts('pending', {
      pool: pool({
        agents: { ...NOBODY, alive: 2 },
        slots: { idle: 1, running: 1, reserved: 2 },
        agentsWithRoom: 1,
        canTake: false,
      }),
    }),
    'AGENTS_BUSY',
    'the agents of pool "default" with an idle slot are at their concurrency, the others have no idle slot: 2 reserved, 1 running',
  ],
  [
    'where a person has to look at its workspace',
    facts('pending', { needsAttention: true }),
    'WORKSPACE_NEEDS_ATTENTION',
    'its workspace needs attention: push or discard its unsaved states, look at what its last apply has done, then PATCH it with {"needsAttention": false}',
  ],
  [
    'before a retry',
    facts('pending', { delayMs: 11_001, errorMessage: 'the registry timed out\nat line 3' }),
    'RETRY_LATER',
    'retry in 12 s after "the registry timed out"',
  ],
  [
    'after an assignment that nobody heard',
    facts('pending', { delayMs: 250 }),
    'RETRY_LATER',
    'queued again, offered again in 1 s',
  ],
  ['with nothing in its way', facts('pending'), 'CLAIM_DUE', 'about to be claimed'],
  [
    'with its agent',
    facts('assigned', { slot: slot() }),
    'NOT_ACCEPTED',
    'assigned to agent-1, slot 2; not accepted yet',
  ],
  [
    'for a person',
    facts('apply_pending', { slot: slot(), reservedUntil: new Date('2025-11-20T12:00:00Z') }),
    'CONFIRMATION',
    'waits for a person; its slot is reserved until 2025-11-20T12:00:00.000Z',
  ],
  [
    'for a person, without a reservation',
    facts('apply_pending'),
    'CONFIRMATION_PLANS_AGAIN',
    'waits for a person; its reservation has ended, so confirming plans again first',
  ],
  [
    'for a person, without a reservation, where its plan is restored',
    facts('apply_pending', { restoresPlan: true }),
    'CONFIRMATION_RESTORES_PLAN',
    'waits for a person; its slot is gone, and its stored plan will be applied in another one',
  ],
  [
    'for a suspect agent',
    facts('apply_queued', { slot: slot({ agentStatus: 'suspect' }), delayMs: 4_000 }),
    'RESERVED_SLOTS_AGENT',
    'confirmed; waits for agent-1, which has its reserved slot 2: the agent is suspect',
  ],
  [
    'for an agent that runs as much as it may',
    facts('apply_queued', { slot: slot({ running: 2 }) }),
    'RESERVED_SLOTS_AGENT',
    'confirmed; waits for agent-1, which has its reserved slot 2: the agent is at its concurrency (2 running)',
  ],
  [
    'to be offered again to the agent that refused it',
    facts('apply_queued', { slot: slot(), delayMs: 4_000, errorMessage: 'disk full' }),
    'RETRY_LATER',
    'retry in 4 s after "disk full"',
  ],
  [
    'for a claim of its reserved slot, however full the pool is',
    facts('apply_queued', {
      slot: slot(),
      pool: pool({ slots: { idle: 0, running: 0, reserved: 2 }, canTake: false }),
    }),
    'CLAIM_DUE',
    'about to be claimed',
  ],
  [
    'for the loss of its slot to be noticed',
    facts('apply_queued'),
    'RESERVED_SLOTS_AGENT',
    'confirmed, but its reserved slot is gone: it will plan again',
  ],
];

describe('why a task waits', () => {
  it.each(REASONS)('%s', (_, given, code, message) => {
    expect(waitingReason(given)).toMatchObject({ code, message });
  });

  it('names the task that is in its way, where one is', () => {
    const behind = facts('pending', { behind: { taskId: 'task-1', status: 'applying' } });
    const locked = facts('apply_queued', { stateHolder: { ...HOLDER, taskId: 'task-2' }, slot: slot() });
    expect(waitingReason(behind)?.taskId).toBe('task-1');
    expect(waitingReason(locked)?.taskId).toBe('task-2');
    expect(waitingReason(facts('pending', { stateHolder: HOLDER }))?.taskId).toBeNull();
  });

  it('is said of every task that has not started, and of no other', () => {
    const waiting = TASK_STATUSES.filter((status) => waitingReason(facts(status)) !== null);
    expect(waiting).toEqual(['pending', 'assigned', 'apply_pending', 'apply_queued']);
  });
});
