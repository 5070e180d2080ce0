import { isFinal, statusesBefore, type TaskPhase, type TaskStatus, type TaskVerb } from '@berth/domain';
import { spokenFor, type Speaker } from '../speaker.js';
import type { Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { columnOf, toEntity, type RawRow } from '../rows.js';
import { prepared } from '../statement.js';
import { tellBuildMoved } from './tell-build-moved.js';

/** Columns that a verb may set beside the status. */
export type TaskChange = Partial<
  Pick<
    TaskRow,
    | 'stage'
    | 'phase'
    | 'retries'
    | 'failedAgents'
    | 'agentId'
    | 'podName'
    | 'slotId'
    | 'sessionId'
    | 'planHash'
    | 'planIdentical'
    | 'changes'
    | 'error'
    | 'stopRequested'
    | 'leaseUntil'
    | 'startedAt'
    | 'confirmedAt'
  >
>;

export interface Move {
  readonly taskId: string;
  readonly verb: TaskVerb;
  readonly to: TaskStatus;
  /** The fencing token: a caller that acts for an agent must own this attempt. */
  readonly attempt?: number;
  /** Whose the task must be, and for which work. */
  readonly owner?: { readonly phase: TaskPhase; readonly agentId: string; readonly slotId: number };
  /** The agent's session that asks for it. */
  readonly by?: Speaker;
  /** Not while a person has to look at the task's workspace. */
  readonly unlessAttention?: boolean;
  readonly set?: TaskChange;
  /** Columns that get the transaction's time; the start stays the first one. */
  readonly setNow?: readonly ('startedAt' | 'confirmedAt' | 'runnableAt')[];
  readonly runAfterMs?: number;
  /** Merged into what is known of this phase. */
  readonly record?: { readonly phase: TaskPhase; readonly value: object };
  /** Forget what is known of these phases: they will run again. */
  readonly forgetPhases?: readonly TaskPhase[];
  readonly actor: string;
  readonly message: string;
  readonly data?: object;
}

const JSON_COLUMNS = new Set(['changes', 'error']);

/** Who goes back to the queue does not begin again there while a person has to look at its workspace. */
const STAYS_AT_THE_FRONT = `tasks.lane_head and not (tasks.writing and exists (
  select 1 from workspaces w where w.id = tasks.workspace_id and w.needs_attention))`;

/**
 * The one way a status changes: the states that the table of transitions allows are repeated in the statement,
 * and the timeline is written in the same one. Null means that somebody was quicker: an answer, no error.
 */
export async function moveTask(sql: Sql, move: Move): Promise<TaskRow | null> {
  const params: unknown[] = [];
  const param = (value: unknown): string => {
    params.push(value);
    return `$${params.length}`;
  };
  const id = param(move.taskId);
  const guard = [`id = ${id}`, `status = any(${param(statusesBefore(move.verb, move.to))}::text[])`];
  if (move.attempt !== undefined) {
    guard.push(`attempt = ${param(move.attempt)}::int`);
  }
  if (move.owner !== undefined) {
    const { phase, agentId, slotId } = move.owner;
    guard.push(`phase = ${param(phase)}`, `agent_id = ${param(agentId)}`, `slot_id = ${param(slotId)}::int`);
  }
  if (move.by !== undefined) {
    guard.push(spokenFor('tasks', { agent: param(move.by.agentId), session: param(move.by.sessionId) }));
  }
  if (move.unlessAttention === true) {
    guard.push(
      'not exists (select 1 from workspaces w where w.id = tasks.workspace_id and w.needs_attention)',
    );
  }
  const assignments = [`status = ${param(move.to)}`, ...assignmentsOf(move, param)];
  const text = `with before as (
     select id, status from tasks where ${guard.join(' and ')} for no key update
   ), moved as (
     update tasks set ${assignments.join(', ')} from before where tasks.id = before.id
     returning tasks.*, before.status as from_status
   ), logged as (
     insert into task_events (organization_id, task_id, event, from_status, to_status, attempt, actor, message, data)
     select organization_id, id, ${param(move.verb)}, from_status, status, attempt,
       ${param(move.actor)}, ${param(move.message)}, ${param(JSON.stringify(move.data ?? {}))}::jsonb
     from moved
   )
   select * from moved`;
  // One text for each kind of move, not for each move.
  const [row] = await sql.rows<RawRow>(prepared(text), params);
  if (row === undefined) {
    return null;
  }
  const { from_status: _from, ...columns } = row;
  const task = toEntity<TaskRow>(columns);
  await tellBuildMoved(sql, task, move);
  return task;
}

function assignmentsOf(move: Move, param: (value: unknown) => string): string[] {
  const assignments = Object.entries(move.set ?? {}).map(([property, value]) => {
    const json = JSON_COLUMNS.has(property) && value !== null;
    return `${columnOf(property)} = ${param(json ? JSON.stringify(value) : value)}${json ? '::jsonb' : ''}`;
  });
  assignments.push(
    ...(move.setNow ?? []).map((property) =>
      property === 'startedAt' ? 'started_at = coalesce(started_at, now())' : `${columnOf(property)} = now()`,
    ),
  );
  if (move.runAfterMs !== undefined) {
    const delay = `now() + ${param(move.runAfterMs)}::int * interval '1 millisecond'`;
    assignments.push(`run_after = ${delay}`, `runnable_at = ${delay}`);
  }
  if (move.to === 'pending') {
    assignments.push(`lane_head = ${STAYS_AT_THE_FRONT}`);
  }
  const phases = phasesAfter(move, param);
  if (phases !== 'phases') {
    assignments.push(`phases = ${phases}`);
  }
  if (isFinal(move.to)) {
    assignments.push('finished_at = now()', 'lease_until = null');
  }
  return assignments;
}

function phasesAfter(move: Move, param: (value: unknown) => string): string {
  let phases = 'phases';
  if (move.forgetPhases !== undefined) {
    phases = `(${phases} - ${param(move.forgetPhases)}::text[])`;
  }
  if (move.record !== undefined) {
    const phase = param(move.record.phase);
    const value = param(JSON.stringify(move.record.value));
    phases = `${phases} || jsonb_build_object(${phase}::text, coalesce(phases -> ${phase}::text, '{}'::jsonb) || ${value}::jsonb)`;
  }
  return phases;
}
