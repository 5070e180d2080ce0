import { isWorking, type TaskStatus } from '@berth/domain';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { AgentSessionRow, SlotRow } from '../entities/index.js';
import { toEntity, type RawRow } from '../rows.js';
import type { RetrySettings } from '../tasks/report-failure.js';
import { lockTask } from '../tasks/lock-task.js';
import { addLateResult } from '../tasks/record-late-result.js';
import { LOST_APPLY_OPEN } from '../workspaces/lost-apply.js';
import { loseSlotOfTask } from './lose-slot.js';
import type { OwnedAttempt } from './reconcile-agent.js';
import { prepared } from '../statement.js';
import { standingOf } from './standing.js';

export interface HeldSlot {
  readonly taskId: string;
  readonly attempt: number;
  readonly slotId: number;
}

export interface Registration {
  readonly agentId: string;
  readonly podName: string;
  readonly sessionId: string;
  readonly slots: number;
  readonly concurrency: number;
  readonly version: string;
  /** Reserved slots whose work directories the agent has on its disk. */
  readonly held: readonly HeldSlot[];
  /** Applies that an earlier process of the agent has begun here, and that go on. */
  readonly applying: readonly HeldSlot[];
  /** Applies that an earlier process of the agent has accepted, and for which terraform was never started. */
  readonly notBegun: readonly HeldSlot[];
  /** Work whose result the agent keeps until the database has heard of it. */
  readonly reported: readonly OwnedAttempt[];
}

export interface Registered {
  /** Held slots whose tasks went elsewhere: the agent empties them. */
  readonly release: readonly HeldSlot[];
  /** How many tasks lost their slot because the process or the pod is another one. */
  readonly lost: number;
}

/**
 * The agent is here and takes work. A new process in the same pod keeps the reserved slots that it still has on
 * disk; everything else that the database gives to the agent is lost. Null: the session is not the present one.
 */
export async function registerAgent(
  database: Database,
  registration: Registration,
  retry: RetrySettings,
): Promise<Registered | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const session = await presentSession(sql, registration);
    if (session === null) {
      return null;
    }
    const [before] = await sql.rows<{ sessionId: string; podName: string; poolId: string }>(
      'select session_id as "sessionId", pod_name as "podName", pool_id as "poolId" from agents where id = $1 for no key update',
      [registration.agentId],
    );
    const sameProcess = before?.sessionId === registration.sessionId;
    // In another pool nothing of what it had is its own any more.
    const podBefore = before?.poolId === session.poolId ? before.podName : null;
    const lost = sameProcess ? 0 : await loseWhatIsGone(sql, registration, podBefore, retry);
    await tellNotBegun(sql, registration);
    await upsertAgent(sql, session);
    await upsertSlots(sql, session, registration.applying);
    return { release: await heldByOthers(sql, registration), lost };
  });
}

/** Where the agent was taken for lost before it came back, such an apply has failed as unknown: nobody has to look at it. */
async function tellNotBegun(sql: Sql, { agentId, notBegun }: Registration): Promise<void> {
  for (const { taskId, attempt } of notBegun) {
    const task = await lockTask(sql, taskId);
    if (task?.agentId === agentId) {
      await addLateResult(sql, {
        taskId,
        attempt,
        phase: 'apply',
        nothingToLookAt: true,
        message: 'terraform was never started, so nothing was applied',
        record: {},
        actor: `agent:${agentId}`,
      });
    }
  }
}

async function presentSession(sql: Sql, registration: Registration): Promise<AgentSessionRow | null> {
  const [row] = await sql.rows<RawRow>(
    'select * from agent_sessions where id = $1 and agent_id = $2 and pod_name = $3 and ended_at is null',
    [registration.sessionId, registration.agentId, registration.podName],
  );
  return row === undefined ? null : toEntity<AgentSessionRow>(row);
}

async function loseWhatIsGone(
  sql: Sql,
  registration: Registration,
  podBefore: string | null,
  retry: RetrySettings,
): Promise<number> {
  const rows = await sql.rows<RawRow>(
    'select * from slots where agent_id = $1 and task_id is not null order by slot_id',
    [registration.agentId],
  );
  const samePod = podBefore === registration.podName;
  let lost = 0;
  for (const slot of rows.map((row) => toEntity<SlotRow>(row))) {
    if (slot.taskId === null || (await isKept(sql, slot, registration, samePod))) {
      continue;
    }
    const task = await lockTask(sql, slot.taskId);
    if (task !== null && isWorking(task.status) && task.sessionId === registration.sessionId) {
      // Accepted since it was looked at.
      continue;
    }
    const reason = samePod
      ? `agent ${slot.agentId} was restarted and has lost slot ${slot.slotId}`
      : `pod ${slot.podName} of agent ${slot.agentId} was replaced by ${registration.podName}`;
    const { agentId, podName } = slot;
    const notBegun = registration.notBegun.some(
      (one) => one.taskId === slot.taskId && one.attempt === task?.attempt,
    );
    await loseSlotOfTask(sql, slot.taskId, { agentId, podName, reason, notBegun }, retry);
    lost += 1;
  }
  return lost;
}

/**
 * What this very session has accepted is kept: its queue may bring work before its registration is through. In the
 * same pod a reservation is kept when its work directory is, and an assignment not yet accepted lies in the queue.
 */
async function isKept(
  sql: Sql,
  slot: SlotRow,
  registration: Registration,
  samePod: boolean,
): Promise<boolean> {
  const [task] = await sql.rows<{ phase: string; status: TaskStatus; sessionId: string | null }>(
    'select phase, status, session_id as "sessionId" from tasks where id = $1',
    [slot.taskId],
  );
  if (slot.state === 'running' && task?.sessionId === registration.sessionId) {
    return true;
  }
  if (!samePod) {
    return false;
  }
  const held = registration.held.some(
    (one) => one.slotId === slot.slotId && one.taskId === slot.taskId && one.attempt <= (slot.attempt ?? 0),
  );
  if (slot.state === 'reserved') {
    return held;
  }
  if (task !== undefined && isWorking(task.status)) {
    return takeOver(sql, slot, registration);
  }
  return task?.status === 'assigned' && (task.phase !== 'apply' || held || slot.reservedUntil === null);
}

/**
 * Terraform has outlived the process that began it, or the work has ended and its result is on the way: from now on it
 * is this session's.
 */
async function takeOver(sql: Sql, slot: SlotRow, registration: Registration): Promise<boolean> {
  const goesOn = registration.applying.some(
    (one) => one.slotId === slot.slotId && one.taskId === slot.taskId && one.attempt === slot.attempt,
  );
  const hasEnded = registration.reported.some(
    (one) => one.taskId === slot.taskId && one.attempt === slot.attempt,
  );
  if (slot.taskId === null || !(goesOn || hasEnded)) {
    return false;
  }
  // What was read of it is older than the lock: it may have ended meanwhile.
  await lockTask(sql, slot.taskId);
  const taken = await sql.rows(
    `with taken as (
       update tasks set session_id = $2
       where id = $1 and attempt = $3 and status in ('planning', 'applying', 'running') returning 1
     )
     select * from taken`,
    [slot.taskId, registration.sessionId, slot.attempt],
  );
  return taken.length === 1;
}

/** What was wrong with the process or the pod before may not be wrong with this one. */
const AGAIN_WELL = ['failures_in_row', 'unwell_since', 'unwell_until', 'unwell_reason']
  .map((column) => {
    const well = column === 'failures_in_row' ? '0' : 'null';
    return `${column} = case when agents.session_id = excluded.session_id then agents.${column} else ${well} end`;
  })
  .join(', ');

async function upsertAgent(sql: Sql, session: AgentSessionRow): Promise<void> {
  await sql.rows(
    `insert into agents (id, organization_id, pool_id, pod_name, session_id, status, slots, concurrency, version, isolation)
     values ($1, $2, $3, $4, $5, 'alive', $6, $7, $8, $9)
     on conflict (id) do update set pool_id = excluded.pool_id, pod_name = excluded.pod_name,
       session_id = excluded.session_id, slots = excluded.slots,
       status = ${standingOf('agents')},
       concurrency = excluded.concurrency, version = excluded.version, isolation = excluded.isolation, registered_at = now(), updated_at = now(),
       ${AGAIN_WELL}`,
    [
      session.agentId,
      session.organizationId,
      session.poolId,
      session.podName,
      session.id,
      session.slots,
      session.concurrency,
      session.version,
      session.isolation,
    ],
  );
  await sql.rows(
    `insert into agent_heartbeats (agent_id, session_id, at) values ($1, $2, clock_timestamp())
     on conflict (agent_id) do update set session_id = excluded.session_id, at = excluded.at`,
    [session.agentId, session.id],
  );
}

/**
 * Slots above the agent's number go away as soon as they hold no task. One in which an apply goes on that is nobody's any
 * more (its agent was taken for lost) stays lost until a heartbeat says that it is over: what is claimed for it would
 * be refused.
 */
export async function upsertSlots(
  sql: Sql,
  session: AgentSessionRow,
  applying: readonly HeldSlot[],
): Promise<void> {
  await sql.rows(
    `insert into slots (agent_id, slot_id, organization_id, pool_id, pod_name, state)
     select $1, n, $2, $3, $4, case when n = any($6::int[]) then 'lost' else 'idle' end from generate_series(1, $5::int) n
     on conflict (agent_id, slot_id) do update set pool_id = excluded.pool_id, pod_name = excluded.pod_name,
       state = case when slots.task_id is null then excluded.state else slots.state end, updated_at = now()`,
    [
      session.agentId,
      session.organizationId,
      session.poolId,
      session.podName,
      session.slots,
      applying.map((one) => one.slotId),
    ],
  );
  await sql.rows("delete from slots where agent_id = $1 and slot_id > $2 and state in ('idle', 'lost')", [
    session.agentId,
    session.slots,
  ]);
}

async function heldByOthers(sql: Sql, registration: Registration): Promise<HeldSlot[]> {
  const { agentId, held } = registration;
  const stale = await staleSlots(
    sql,
    held.map((one) => ({ agentId, ...one })),
  );
  return stale.map(({ taskId, attempt, slotId }) => ({ taskId, attempt, slotId }));
}

/** A slot of an agent, and what the agent has in it. */
export interface HeldByAgent extends HeldSlot {
  readonly agentId: string;
}

/**
 * Those of `held` that the database does not give to the agent, in that slot, for that task. An apply that was taken
 * for lost is left alone while nobody has taken over: stopping it would only do harm.
 */
export async function staleSlots(sql: Sql, held: readonly HeldByAgent[]): Promise<HeldByAgent[]> {
  if (held.length === 0) {
    return [];
  }
  return sql.rows<HeldByAgent>(STALE, [
    held.map((one) => one.agentId),
    held.map((one) => one.taskId),
    held.map((one) => one.attempt),
    held.map((one) => one.slotId),
  ]);
}

const STALE = prepared(
  `select h.agent_id as "agentId", h.task_id as "taskId", h.attempt, h.slot_id as "slotId"
   from unnest($1::text[], $2::uuid[], $3::int[], $4::int[]) as h(agent_id, task_id, attempt, slot_id)
   where not exists (
     select 1 from slots s where s.agent_id = h.agent_id and s.slot_id = h.slot_id
       and s.task_id = h.task_id and s.attempt >= h.attempt)
   and not exists (
     select 1 from tasks t where t.id = h.task_id and t.attempt = h.attempt and t.agent_id = h.agent_id and ${LOST_APPLY_OPEN})`,
);
