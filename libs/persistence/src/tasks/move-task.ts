import { isFinal, statusesBefore, type TaskPhase, type TaskStatus, type TaskVerb } from '@berth/domain';
import { spokenFor, type Speaker } from '../speaker.js';
import type { Sql, Together } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { columnOf, toEntity, type RawRow } from '../rows.js';
import { givenRows, prepared } from '../statement.js';
import { tellBuildMoved } from './tell-build-moved.js';

/** Columns that a verb may set beside the status, and what they hold. */
const SETTABLE = {
  stage: 'text',
  phase: 'text',
  retries: 'int',
  failedAgents: 'text[]',
  agentId: 'text',
  podName: 'text',
  slotId: 'int',
  sessionId: 'uuid',
  planHash: 'text',
  planIdentical: 'boolean',
  changes: 'jsonb',
  error: 'jsonb',
  stopRequested: 'text',
  leaseUntil: 'timestamptz',
  startedAt: 'timestamptz',
  confirmedAt: 'timestamptz',
} as const;

export type TaskChange = Partial<Pick<TaskRow, keyof typeof SETTABLE>>;

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
  /** Null too where somebody holds the task, who is not waited for. */
  readonly skipsHeld?: boolean;
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

/** Who goes back to the queue does not begin again there while a person has to look at its workspace. */
const STAYS_AT_THE_FRONT = `tasks.lane_head and not (tasks.writing and exists (
  select 1 from workspaces w where w.id = tasks.workspace_id and w.needs_attention))`;

/**
 * The one way a status changes: the states that the table of transitions allows are repeated in the statement,
 * and the timeline is written in the same one. Null means that somebody was quicker: an answer, no error.
 */
export async function moveTask(sql: Sql, move: Move): Promise<TaskRow | null> {
  const { text, values } = statementOf(move);
  const task = await sql.together(movesBy(text), values);
  if (task !== null) {
    await tellBuildMoved(sql, task, move);
  }
  return task;
}

/** What is particular of one move, by the names under which the statement of its kind knows it. */
type Values = Readonly<Record<string, unknown>> & { readonly id: string };

/** There are as many as kinds of moves. */
const kinds = new Map<string, Together<Values, TaskRow | null>>();

function movesBy(text: string): Together<Values, TaskRow | null> {
  const kind = kinds.get(text) ?? {
    work: async (sql: Sql, moves: readonly Values[]) => {
      const rows = await sql.rows<RawRow>(prepared(text), [moves.map((move) => JSON.stringify(move))]);
      const moved = new Map(
        rows.map(
          ({ from_status: _from, verb: _verb, by_whom: _who, told: _told, data: _data, ...columns }) => {
            const task = toEntity<TaskRow>(columns);
            return [task.id, task];
          },
        ),
      );
      return moves.map(({ id }) => moved.get(id) ?? null);
    },
  };
  kinds.set(text, kind);
  return kind;
}

/** Names a value of the move in its statement. */
type Param = (value: unknown, type: string) => string;

function statementOf(move: Move): { readonly text: string; readonly values: Values } {
  const values: Record<string, unknown> & { id: string } = { id: move.taskId };
  const types: string[] = [];
  const param: Param = (value, type) => {
    const name = `p${types.length}`;
    values[name] = value;
    types.push(`${name} ${type}`);
    return `move.${name}`;
  };
  const guards = guardsOf(move, param);
  const assignments = [`status = ${param(move.to, 'text')}`, ...assignmentsOf(move, param)];
  const event = {
    verb: param(move.verb, 'text'),
    actor: param(move.actor, 'text'),
    message: param(move.message, 'text'),
    data: param(move.data ?? {}, 'jsonb'),
  };
  const text = `with move as (
     select move.*, t.status as from_status
     from ${givenRows('$1', 'move', `id uuid, ${types.join(', ')}`)}
     cross join lateral (
       select status from tasks t where t.id = move.id and ${guards.join(' and ')} limit 1
       for no key update${move.skipsHeld === true ? ' skip locked' : ''}
     ) t
   ), moved as (
     update tasks set ${assignments.join(', ')} from move where tasks.id = move.id
     returning tasks.*, move.from_status, ${event.actor} as by_whom, ${event.message} as told, ${event.data} as data,
       ${event.verb} as verb
   ), logged as (
     insert into task_events (organization_id, task_id, event, from_status, to_status, attempt, actor, message, data)
     select organization_id, id, verb, from_status, status, attempt, by_whom, told, data from moved
   )
   select * from moved`;
  return { text, values };
}

function guardsOf(move: Move, param: Param): string[] {
  const guards = [`t.status = any(${param(statusesBefore(move.verb, move.to), 'text[]')})`];
  if (move.attempt !== undefined) {
    guards.push(`t.attempt = ${param(move.attempt, 'int')}`);
  }
  if (move.owner !== undefined) {
    const { phase, agentId, slotId } = move.owner;
    guards.push(
      `t.phase = ${param(phase, 'text')}`,
      `t.agent_id = ${param(agentId, 'text')}`,
      `t.slot_id = ${param(slotId, 'int')}`,
    );
  }
  if (move.by !== undefined) {
    const { agentId, sessionId } = move.by;
    guards.push(spokenFor('t', { agent: param(agentId, 'text'), session: param(sessionId, 'uuid') }));
  }
  if (move.unlessAttention === true) {
    guards.push('not exists (select 1 from workspaces w where w.id = t.workspace_id and w.needs_attention)');
  }
  return guards;
}

function assignmentsOf(move: Move, param: Param): string[] {
  const assignments = Object.entries(move.set ?? {}).map(
    ([property, value]) =>
      `${columnOf(property)} = ${param(value, SETTABLE[property as keyof typeof SETTABLE])}`,
  );
  assignments.push(
    ...(move.setNow ?? []).map((property) =>
      property === 'startedAt' ? 'started_at = coalesce(started_at, now())' : `${columnOf(property)} = now()`,
    ),
  );
  if (move.runAfterMs !== undefined) {
    const delay = `now() + ${param(move.runAfterMs, 'int')} * interval '1 millisecond'`;
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

function phasesAfter(move: Move, param: Param): string {
  let phases = 'phases';
  if (move.forgetPhases !== undefined) {
    phases = `(${phases} - ${param(move.forgetPhases, 'text[]')})`;
  }
  if (move.record !== undefined) {
    const phase = param(move.record.phase, 'text');
    const value = param(move.record.value, 'jsonb');
    phases = `${phases} || jsonb_build_object(${phase}, coalesce(phases -> ${phase}, '{}'::jsonb) || ${value})`;
  }
  return phases;
}
