import { connectDatabase, type Database } from '@berth/persistence';
import { Client } from 'pg';

const PIECE = 50_000;
/** Between the creations of two tasks. */
const APART = "interval '10 seconds'";

/** A database of a measurement's own on the server at `serverUrl`, with the newest schema. */
export async function filledDatabase(serverUrl: string, name: string): Promise<Filled> {
  return filled(serverUrl, name);
}

/** Gives its address. */
export async function createdDatabase(serverUrl: string, name: string, template?: string): Promise<string> {
  const admin = new Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`create database ${name}${template === undefined ? '' : ` template ${template}`}`);
  await admin.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function filled(serverUrl: string, name: string, template?: string): Promise<Filled> {
  const url = await createdDatabase(serverUrl, name, template);
  const database = await connectDatabase({
    url,
    applicationName: 'berth bench',
    poolSize: 10,
    waitMs: 60_000,
    warn: () => undefined,
  });
  return new Filled(name, url, database);
}

/** Rows as many, made by statements: what years and a wide fleet leave. */
export class Filled {
  constructor(
    private readonly name: string,
    readonly url: string,
    readonly database: Database,
  ) {}

  /** The same in a database of its own; nobody may be connected to this one. */
  async copy(serverUrl: string, name: string): Promise<Filled> {
    return filled(serverUrl, name, this.name);
  }

  /** A statement without the time limits of a request. */
  async atLength(statement: string, params: readonly unknown[] = []): Promise<void> {
    const client = new Client({ connectionString: this.url });
    await client.connect();
    try {
      await client.query(statement, [...params]);
    } finally {
      await client.end();
    }
  }

  /** Agents `from` to `to`, alive and idle, their sessions begun. */
  async agents(from: number, to: number, slots: number): Promise<void> {
    await this.atLength(
      `with made as (
         insert into agents (id, organization_id, pool_id, pod_name, session_id, status, slots, concurrency, version)
         select 'agent-' || n, p.organization_id, p.id, 'pod-' || n, gen_random_uuid(), 'alive', $3::int, $3::int, 'bench'
         from pools p cross join generate_series($1::int, $2::int) n where p.name = 'default' returning id, organization_id, pool_id, session_id, pod_name
       ), begun as (
         insert into agent_sessions (id, organization_id, pool_id, agent_id, pod_name, slots, concurrency, version, message_key)
         select session_id, organization_id, pool_id, id, pod_name, $3::int, $3::int, 'bench', sha256(id::bytea) from made
       ), beaten as (
         insert into agent_heartbeats (agent_id, session_id, at) select id, session_id, clock_timestamp() from made
       )
       insert into slots (agent_id, slot_id, organization_id, pool_id, pod_name, state)
       select id, n, organization_id, pool_id, pod_name, 'idle' from made cross join generate_series(1, $3::int) n`,
      [from, to, slots],
    );
    await this.atLength('vacuum analyze');
  }

  async workspaces(count: number): Promise<void> {
    await this.atLength(
      `insert into workspaces (organization_id, pool_id, name, engine)
       select organization_id, id, 'w' || n, 'terraform' from pools cross join generate_series(1, $1::int) n where name = 'default'`,
      [count],
    );
  }

  /** Plans that wait, in all workspaces of the pool `default` alike. */
  async pending(count: number): Promise<void> {
    await this.tasks(count, "'pending', null, null");
    await this.atLength('vacuum analyze tasks');
  }

  /**
   * Plans that have ended, each with its timeline. A million of them goes back four months, of which nothing is removed yet:
   * removal beside work is a measurement of its own.
   */
  async ended(count: number): Promise<void> {
    const at = `now() - n * ${APART}`;
    await this.tasks(count, `'succeeded', ${at}, ${at}`, ['create', 'claim', 'accept', 'finish']);
    await this.atLength('vacuum analyze');
  }

  /** Piece by piece: what a statement has changed is told in one notice, which holds no millions. */
  private async tasks(count: number, state: string, events: readonly string[] = []): Promise<void> {
    for (let from = 1; from <= count; from += PIECE) {
      await this.atLength(
        `with w as (
           select id, organization_id, pool_id, current_configuration_id, row_number() over () - 1 as nth from workspaces
           where pool_id in (select id from pools where name = 'default')
         ), made as (
           insert into tasks (organization_id, kind, operation, workspace_id, pool_id, configuration_id, phase, writing, lane_head,
             created_at, fair_at, status, assigned_at, finished_at)
           select w.organization_id, 'terraform', 'plan', w.id, w.pool_id, w.current_configuration_id, 'plan', false, true,
             now() - n * ${APART}, now() - interval '1 hour' + n * interval '1 millisecond', ${state}
           from generate_series($1::int, $2::int) n join w on w.nth = n % (select count(*) from w)
           returning id, organization_id
         )
         insert into task_events (organization_id, task_id, event, from_status, to_status, attempt, actor, message, data)
         select organization_id, id, event, 'pending', 'pending', 1, 'bench', 'of a benchmark', '{}'
         from made cross join unnest($3::text[]) as told(event)`,
        [from, Math.min(count, from + PIECE - 1), events],
      );
    }
  }
}
