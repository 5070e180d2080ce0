import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { filledDatabase } from '../filled-database.js';
import type { Pace } from '../lanes.js';
import { processorSeconds } from '../processor.js';
import { AGENTS, SLOTS, WORKSPACES } from '../way.js';

/** So many tasks are pending from the beginning. */
const AHEAD = 1_000;

/** A step of the timeline for each move, as Berth writes it. */
const told = (event: string): string =>
  `told as (insert into task_events (organization_id, task_id, event, attempt, actor, message)
   select organization_id, id, '${event}', attempt, 'bench', 'of a benchmark' from moved)`;

/** What no task can do without: four commits, guarded. Each client has a slot of its own, so that none waits for another. */
const SCRIPT = [
  `with moved as (
     insert into tasks (organization_id, kind, operation, workspace_id, pool_id, phase, writing, lane_head)
     select organization_id, 'terraform', 'plan', id, pool_id, 'plan', false, true from workspaces where name = 'w' || :w::int
     returning *), ${told('create')} select 1 from moved`,
  `with found as materialized (
     select id from tasks where status = 'pending' and lane_head and platform is null
     order by pool_id, priority desc, fair_at, id limit 1 for no key update skip locked
   ), moved as (
     update tasks t set status = 'assigned', attempt = t.attempt + 1, agent_id = s.agent_id, pod_name = s.pod_name,
       slot_id = s.slot_id, assigned_at = now(), lease_until = now() + interval '1 minute'
     from found, slots s where t.id = found.id and s.agent_id = 'agent-' || (:client_id::int % ${AGENTS} + 1)
       and s.slot_id = :client_id::int / ${AGENTS} + 1 returning t.*
   ), taken as (
     update slots s set state = 'running', task_id = m.id, attempt = m.attempt
     from moved m where s.agent_id = m.agent_id and s.slot_id = m.slot_id
   ), ${told('claim')} select id as task, attempt from moved`,
  `with moved as (
     update tasks set status = 'planning', started_at = now(), lease_until = null
     where id = :task and attempt = :attempt and status = 'assigned' returning *), ${told('accept')} select 1 from moved`,
  `with moved as (
     update tasks set status = 'succeeded', finished_at = now()
     where id = :task and attempt = :attempt and status = 'planning' returning *
   ), freed as (
     update slots s set state = 'idle', task_id = null, attempt = null from moved m where s.task_id = m.id
   ), ${told('finish')} select 1 from moved`,
];

/** pgbench with the bare statements of a task, as fast as PostgreSQL has them. */
export class BareStatements {
  private constructor(
    private readonly url: string,
    private readonly folder: string,
  ) {}

  /** In a database of its own on that server. */
  static async on(serverUrl: string): Promise<BareStatements> {
    const filled = await filledDatabase(serverUrl, 'bare');
    await filled.workspaces(WORKSPACES);
    await filled.agents(1, AGENTS, SLOTS);
    // So that each claim finds one, whichever the others have just taken.
    await filled.pending(AHEAD);
    await filled.database.close();
    const folder = await mkdtemp(join(tmpdir(), 'berth-bench-'));
    const [create = '', claim = '', ...rest] = SCRIPT;
    const script = [
      `\\set w random(1, ${WORKSPACES})`,
      `${create};`,
      claim,
      '\\gset',
      ...rest.map((one) => `${one};`),
    ];
    await writeFile(join(folder, 'task.sql'), `${script.map(onOneLine).join('\n')}\n`);
    return new BareStatements(filled.url, folder);
  }

  async pace(inFlight: number, seconds: number, pid: number): Promise<Pace> {
    const before = await processorSeconds([pid]);
    const { stdout } = await promisify(execFile)(
      'pgbench',
      [
        ...['--no-vacuum', '--protocol', 'prepared', '--client', String(inFlight), '--time', String(seconds)],
        ...['--file', join(this.folder, 'task.sql'), this.url],
      ],
      // What changed is told as a notice, which pgbench would print.
      { env: { ...process.env, PGOPTIONS: '-c client_min_messages=warning' } },
    );
    const used = (await processorSeconds([pid])) - before;
    const found = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1]);
    const done = found(/actually processed: (\d+)/);
    return {
      perSecond: found(/tps = ([\d.]+)/),
      // pgbench knows the mean alone.
      medianMs: found(/latency average = ([\d.]+)/),
      p95Ms: Number.NaN,
      processorMs: (used * 1_000) / done,
    };
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

function onOneLine(statement: string): string {
  return statement.replaceAll(/\s+/g, ' ');
}
