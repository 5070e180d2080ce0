import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What pages have to be told of, noticed where it happens: no verb can forget it. A change is a row of `changes`, which is
 * kept for some minutes, and a notice to the connection that made it, whose process tells the others after its commit.
 * Lines of timelines and pieces of logs have places of their own in their tables and need no row.
 */
export class Changes1763640000027 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [LOG, ...TRIGGERS]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop function note_tasks, note_new_tasks, note_gone_tasks, note_slots, note_new_slots, note_gone_slots, note_agents,
  note_new_agents, note_gone_agents, note_dead_letters, note_new_dead_letters, note_gone_dead_letters, note_approvals,
  note_new_approvals, ring_for_events, ring_for_logs cascade;
drop table changes;`);
  }
}

/**
 * By transaction, not by id: one that began earlier may commit later, and whoever has read up to an id would miss it. No
 * reference to organizations: a row outlives its organization by minutes.
 */
const LOG = `
create table changes (
  id bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  -- null: shown to those who run the platform
  organization_id uuid,
  kind text not null,
  ref text not null,
  at timestamptz(3) not null default clock_timestamp()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index changes_by_transaction on changes (xid);`;

interface Watched {
  /** Of the function and the trigger. */
  readonly name: string;
  readonly table: string;
  readonly on: 'insert' | 'update' | 'delete';
  /**
   * What is called with the kind, the organizations and the refs of the rows. Of what is gone, only that something is: a
   * workspace goes with thousands of tasks.
   */
  readonly tells: readonly { readonly kind: string; readonly ref: string; readonly where?: string }[];
  /** Without a row in `changes`. */
  readonly onlyRings?: boolean;
}

/** Of rows that are another than before in what is shown; `n` is a new row, and `o` the one in its place before. */
const differs = (columns: readonly string[]): string =>
  `(${columns.map((column) => `n.${column}`).join(', ')}) is distinct from (${columns.map((column) => `o.${column}`).join(', ')})`;

/** Not the lease, the session and the turn. */
const TASK = [
  ...['status', 'phase', 'stage', 'lane_head', 'priority', 'attempt', 'retries', 'agent_id', 'pod_name'],
  ...['slot_id', 'plan_hash', 'plan_identical', 'phases', 'changes', 'error', 'stop_requested', 'run_after'],
  ...['confirmed_at', 'configuration_id', 'source', 'message'],
];
const SLOT = ['state', 'task_id', 'attempt', 'reserved_until', 'pod_name', 'pool_id'];
/** Heartbeats are elsewhere; what they change here is a status. */
const AGENT = [
  ...['status', 'slots', 'concurrency', 'version', 'pod_name', 'pool_id', 'session_id', 'drain_requested_at'],
  ...['name', 'platforms'],
];
const SLOT_REF = (row: string): string => `${row}.agent_id || '/' || ${row}.slot_id`;

const WATCHED: readonly Watched[] = [
  { name: 'note_new_tasks', table: 'tasks', on: 'insert', tells: [{ kind: 'task', ref: 'n.id' }] },
  {
    name: 'note_tasks',
    table: 'tasks',
    on: 'update',
    tells: [{ kind: 'task', ref: 'n.id', where: differs(TASK) }],
  },
  {
    name: 'note_gone_tasks',
    table: 'tasks',
    on: 'delete',
    tells: [{ kind: 'task_gone', ref: 'o.organization_id' }],
  },
  { name: 'note_new_slots', table: 'slots', on: 'insert', tells: [{ kind: 'slot', ref: SLOT_REF('n') }] },
  {
    name: 'note_slots',
    table: 'slots',
    on: 'update',
    tells: [
      { kind: 'slot', ref: SLOT_REF('n'), where: differs(SLOT) },
      // The end of a reservation is no change of its task's row.
      { kind: 'task', ref: 'o.task_id', where: `o.state = 'reserved' and ${differs(SLOT)}` },
    ],
  },
  {
    name: 'note_gone_slots',
    table: 'slots',
    on: 'delete',
    tells: [{ kind: 'slot_gone', ref: 'o.organization_id' }],
  },
  { name: 'note_new_agents', table: 'agents', on: 'insert', tells: [{ kind: 'agent', ref: 'n.id' }] },
  {
    name: 'note_agents',
    table: 'agents',
    on: 'update',
    tells: [{ kind: 'agent', ref: 'n.id', where: differs(AGENT) }],
  },
  {
    name: 'note_gone_agents',
    table: 'agents',
    on: 'delete',
    tells: [{ kind: 'agent_gone', ref: 'o.organization_id' }],
  },
  {
    name: 'note_new_dead_letters',
    table: 'dead_letters',
    on: 'insert',
    tells: [{ kind: 'dead_letter', ref: 'n.id' }],
  },
  {
    name: 'note_dead_letters',
    table: 'dead_letters',
    on: 'update',
    tells: [{ kind: 'dead_letter', ref: 'n.id', where: differs(['replayed_at', 'discarded_at']) }],
  },
  {
    name: 'note_gone_dead_letters',
    table: 'dead_letters',
    on: 'delete',
    tells: [{ kind: 'dead_letter', ref: 'o.id' }],
  },
  {
    name: 'note_new_approvals',
    table: 'approvals',
    on: 'insert',
    tells: [{ kind: 'task', ref: 'n.task_id' }],
  },
  {
    name: 'note_approvals',
    table: 'approvals',
    on: 'update',
    tells: [{ kind: 'task', ref: 'n.task_id', where: differs(['voided']) }],
  },
  {
    name: 'ring_for_events',
    table: 'task_events',
    on: 'insert',
    tells: [{ kind: 'task_event', ref: 'n.task_id' }],
    onlyRings: true,
  },
  {
    name: 'ring_for_logs',
    table: 'task_log_chunks',
    on: 'insert',
    tells: [{ kind: 'log', ref: 'n.task_id' }],
    onlyRings: true,
  },
];

const KEY: Readonly<Record<string, string>> = { slots: 'agent_id, slot_id' };

/**
 * Written out in each function, with as few statements as it takes: tasks are changed some hundred times a second, and calls
 * of one another and sorting out repetitions, which whoever hears of it does anyway, were most of the cost.
 */
function tellsOf({ on, tells, onlyRings = false }: Watched, from: string): string[] {
  const row = on === 'delete' ? 'o' : 'n';
  const insert = `insert into changes (organization_id, kind, ref) select c.o, told, c.r from unnest(organizations, refs) as c(o, r);`;
  return tells.map(
    ({ kind, ref, where }) => `
  told := '${kind}';
  select array_agg(${row}.organization_id), array_agg((${ref})::text) into organizations, refs
    from ${from}${where === undefined ? '' : ` where ${where}`};
  if refs is not null then
    ${onlyRings ? '' : insert}
    raise notice 'berth.changes' using detail = jsonb_build_object('kind', told,
      'organizationIds', to_jsonb(organizations), 'refs', to_jsonb(refs))::text;
  end if;`,
  );
}

function triggerOf(watched: Watched): string {
  const { name, table, on, tells } = watched;
  // Of what is gone one row for each organization is enough, where that is all that is told.
  const gone = tells.every(({ kind }) => kind.endsWith('_gone'))
    ? '(select distinct organization_id from old_rows) o'
    : 'old_rows o';
  const from = {
    insert: 'new_rows n',
    update: `new_rows n join old_rows o using (${KEY[table] ?? 'id'})`,
    delete: gone,
  }[on];
  const referencing = {
    insert: 'new table as new_rows',
    update: 'old table as old_rows new table as new_rows',
    delete: 'old table as old_rows',
  }[on];
  return `
create function ${name}() returns trigger language plpgsql as $$
declare
  told text;
  organizations uuid[];
  refs text[];
begin${tellsOf(watched, from).join('')}
  return null;
end $$;
create trigger ${name} after ${on} on ${table} referencing ${referencing}
  for each statement execute function ${name}();`;
}

const TRIGGERS = WATCHED.map(triggerOf);
