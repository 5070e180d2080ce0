import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  claimTasks,
  closedDeadLetters,
  endedSessions,
  goneAgents,
  oldStates,
  reuseConfiguration,
  unusedConfigurations,
  unusedIdentities,
  type Sweep,
} from '@berth/persistence';
import { Fleet } from '../support/fleet.js';
import { KEEPS_ALL, passOf, retentionLoop } from '../support/retention.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';
import { waitFor } from '../support/wait-for.js';

const DAYS = 10;

describe('what has reached its age', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeEach(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterEach(async () => {
    await db.drop();
  });

  const pass = async (sweep: Sweep, limit = 50): Promise<number[]> => passOf(db.database, sweep, limit);

  async function ids(statement: string, params: readonly unknown[] = []): Promise<string[]> {
    const rows = await db.database.rows<{ id: string }>(statement, params);
    return rows.map(({ id }) => id);
  }

  async function age(table: string, column: string): Promise<void> {
    await db.database.rows(`update ${table} set ${column} = ${column} - interval '11 days'`);
  }

  /** Versions of these ages, in days. Gives their numbers in this order. */
  async function states(workspaceId: string, ages: readonly number[], taskId?: string): Promise<string[]> {
    const numbers: string[] = [];
    for (const days of ages) {
      const [number] = await ids(
        `insert into state_versions (organization_id, workspace_id, serial, lineage, sha256, size_bytes, sealed_content,
           actor, created_at, task_id)
         values ($1, $2, 1, 'x', 'x', 1, 'x', 'x', now() - $3::int * interval '1 day', $4) returning number as id`,
        [fleet.organizationId, workspaceId, days, taskId ?? null],
      );
      numbers.push(number ?? '');
    }
    return numbers;
  }

  const statesLeft = async (): Promise<string[]> =>
    ids('select number as id from state_versions order by number');

  it('takes old states beyond the newest ones of each workspace, and never the present one', async () => {
    const [one, other] = [await fleet.workspace(), await fleet.workspace()];
    const [, , ...kept] = await states(one, [40, 30, 20, 15]);
    const young = await states(other, [9, 8, 7]);
    expect(await pass(oldStates({ count: 2, days: DAYS }))).toEqual([2]);
    expect(await statesLeft()).toEqual([...kept, ...young]);
    await age('state_versions', 'created_at');
    expect(await pass(oldStates({ count: 1, days: DAYS }))).toEqual([3]);
    expect(await statesLeft()).toEqual([kept[1], young[2]]);
    expect(await pass(oldStates({ count: 0, days: DAYS }))).toEqual([0]);
  });

  it('takes so many states in one batch, and goes on with the same workspaces', async () => {
    for (let n = 0; n < 3; n += 1) {
      await states(await fleet.workspace(), [20, 20, 20, 20]);
    }
    const removed = await pass(oldStates({ count: 1, days: DAYS }), 2);
    expect(Math.max(...removed)).toBe(2);
    expect(removed.reduce((sum, count) => sum + count, 0)).toBe(9);
  });

  it('leaves states of a run that goes on, or that a person has to look at', async () => {
    const workspaceId = await fleet.workspace();
    const goesOn = await states(workspaceId, [20], (await fleet.task(workspaceId)).id);
    await states(workspaceId, [20, 20]);
    expect(await pass(oldStates({ count: 1, days: DAYS }))).toEqual([1]);
    expect(await statesLeft()).toEqual([...goesOn, expect.any(String)]);
  });

  it('takes no other workspace’s states hostage where those of one cannot be removed', async () => {
    const [bad, good] = [await fleet.workspace(), await fleet.workspace()];
    for (const workspaceId of [bad, good]) {
      await states(workspaceId, [20, 20]);
    }
    await db.database.rows(
      `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'a bad row'; end $$`,
    );
    await db.database.rows(
      `create trigger refused before delete on state_versions for each row when (old.workspace_id::text = '${bad}')
       execute function refuse()`,
    );
    const failures: string[] = [];
    const removed = await passOf(db.database, oldStates({ count: 1, days: DAYS }), 50, (item) => {
      failures.push(item);
    });
    expect(removed).toEqual([1]);
    expect(failures).toEqual([`state version of workspace ${bad}`]);
  });

  it('takes configurations that no workspace and no task has', async () => {
    const workspaceId = await fleet.workspace();
    const [ofTask] = await ids('select id from configurations');
    await fleet.task(workspaceId);
    const [present, unused] = await ids(
      `insert into configurations (organization_id, workspace_id, sha256, size_bytes, content)
       select $1, $2, 'y' || n, 1, 'x' from generate_series(1, 2) n returning id`,
      [fleet.organizationId, workspaceId],
    );
    await db.database.rows('update workspaces set current_configuration_id = $1', [present]);
    expect(await pass(unusedConfigurations(DAYS))).toEqual([0]);
    await age('configurations', 'created_at');
    expect(await pass(unusedConfigurations(DAYS))).toEqual([1]);
    expect(await ids('select id from configurations order by id')).toEqual(
      [String(ofTask), String(present)].toSorted(),
    );
    expect(await reuseConfiguration(db.database, { workspaceId, sha256: 'y2' })).toBeNull();
    expect(unused).toBeDefined();
  });

  it('never takes a configuration that is made the present one in this moment', async () => {
    const workspaceId = await fleet.workspace();
    const [id] = await ids('select id from configurations');
    await age('configurations', 'created_at');
    // As reuseConfiguration does, in a transaction that is not through yet.
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let hold = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      hold = resolve;
    });
    const reuse = db.database.transaction(10_000, async (sql) => {
      await sql.rows('select id from configurations where id = $1 for key share', [id]);
      hold();
      await released;
      await sql.rows('update workspaces set current_configuration_id = $1 where id = $2', [id, workspaceId]);
    });
    await held;
    expect(await pass(unusedConfigurations(DAYS))).toEqual([0]);
    release();
    await reuse;
    expect(await pass(unusedConfigurations(DAYS))).toEqual([0]);
  });

  it('takes dead letters that are closed for long, and no open one', async () => {
    for (const [source, replayed, discarded] of [
      ['open', null, null],
      ['replayed', 11, null],
      ['discarded', null, 11],
      ['young', null, 9],
    ] as const) {
      await db.database.rows(
        `insert into dead_letters (source, reason, content, size_bytes, created_at, replayed_at, discarded_at)
         values ($1, 'x', $1::text::bytea, 1, now() - interval '20 days', now() - $2::int * interval '1 day',
           now() - $3::int * interval '1 day')`,
        [source, replayed, discarded],
      );
    }
    expect(await pass(closedDeadLetters(DAYS), 1)).toEqual([1, 1, 0]);
    expect(await ids('select source as id from dead_letters order by 1')).toEqual(['open', 'young']);
  });

  it('takes agents that are gone, then their sessions, then their ids; those that are here stay', async () => {
    for (const id of ['here', 'lost', 'stopped', 'young']) {
      await fleet.agent(id, 2);
    }
    await fleet.agent('here', 2);
    await db.database.rows("update agents set status = 'lost' where id = 'lost'");
    await db.database.rows("update agents set status = 'stopped' where id in ('stopped', 'young')");
    for (const [table, column] of [
      ['agents', 'updated_at'],
      ['agent_sessions', 'created_at'],
      ['agent_sessions', 'ended_at'],
      ['agent_identities', 'created_at'],
    ] as const) {
      await age(table, column);
    }
    await db.database.rows("update agents set updated_at = now() where id = 'young'");
    expect(await pass(goneAgents(DAYS), 1)).toEqual([1, 1, 0]);
    expect(await ids('select distinct agent_id as id from slots order by 1')).toEqual(['here', 'young']);
    expect((await pass(endedSessions(DAYS))).reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(await ids('select agent_id as id from agent_sessions order by 1')).toEqual(['here', 'young']);
    expect(await pass(unusedIdentities(DAYS))).toEqual([2]);
    expect(await ids('select agent_id as id from agent_identities order by 1')).toEqual(['here', 'young']);
    await fleet.agent('lost', 1);
  });

  it('leaves a gone agent, with its session, while a task is its own or somebody has to look at one', async () => {
    const workspaceId = await fleet.workspace();
    for (const id of ['owner', 'doubtful']) {
      await fleet.agent(id, 1);
    }
    await fleet.task(workspaceId);
    await fleet.task(workspaceId);
    const claimed = await claimTasks(db.database, { limit: 2, leaseSeconds: 30 });
    const doubtful = claimed.find(({ agentId }) => agentId === 'doubtful');
    await db.database.rows('update slots set task_id = null, attempt = null, state = $1', ['lost']);
    await db.database.rows(
      `update tasks set status = 'failed', finished_at = now(), error = '{}', needs_attention = true,
         session_id = (select session_id from agents where id = 'doubtful') where id = $1`,
      [doubtful?.taskId],
    );
    await db.database.rows("update agents set status = 'lost', updated_at = now() - interval '11 days'");
    await db.database.rows("update agent_sessions set ended_at = now() - interval '11 days'");
    expect(await pass(goneAgents(DAYS))).toEqual([0]);
    await db.database.rows('update tasks set needs_attention = false');
    expect(await pass(goneAgents(DAYS))).toEqual([1]);
    expect(await ids('select id from agents')).toEqual(['owner']);
  });

  /** A row of each kind that reaches its age, a hundred times. */
  async function everything(): Promise<void> {
    await db.database.rows(
      `insert into dead_letters (source, reason, content, size_bytes, discarded_at)
       select 'x', 'x', n::text::bytea, 1, now() - interval '11 days' from generate_series(1, 600) n`,
    );
    await db.database.rows(
      `insert into agent_sessions (organization_id, pool_id, agent_id, pod_name, slots, concurrency, version, ended_at)
       select $1, $2, 'x', 'x', 1, 1, 'x', now() - interval '11 days' from generate_series(1, 600)`,
      [fleet.organizationId, fleet.poolId],
    );
    await states(await fleet.workspace(), [30, 30, 30]);
    await db.database.rows(
      `insert into idempotency_keys (organization_id, key, request_hash, created_at)
       select $1, n::text, 'x', now() - interval '2 days' from generate_series(1, 600) n`,
      [fleet.organizationId],
    );
  }

  const COUNTS = `select array[(select count(*)::int from dead_letters), (select count(*)::int from agent_sessions),
    (select count(*)::int from state_versions), (select count(*)::int from idempotency_keys)] as counts`;

  async function counts(): Promise<readonly number[]> {
    const [row] = await db.database.rows<{ counts: number[] }>(COUNTS);
    return row?.counts ?? [];
  }

  const SETTINGS = {
    ...KEEPS_ALL,
    BERTH_DEAD_LETTER_KEEP_DAYS: DAYS,
    BERTH_AGENT_KEEP_DAYS: DAYS,
    BERTH_STATE_KEEP_DAYS: DAYS,
    BERTH_STATE_KEEP_COUNT: 1,
  };

  it('goes by three loops side by side, which tell of each row once', async () => {
    await everything();
    const loops = Array.from({ length: 3 }, () => retentionLoop(db.database, SETTINGS));
    loops.forEach(({ loop }) => {
      loop.start();
    });
    try {
      await waitFor('nothing to be left', async () => (await counts()).join() === '0,0,1,0');
    } finally {
      await Promise.all(loops.map(async ({ loop }) => loop.stop()));
    }
    const told = (await Promise.all(loops.map(async ({ metrics }) => metrics()))).join('\n');
    const sum = (what: string): number =>
      [...told.matchAll(new RegExp(`berth_retention_removed_total\\{.*what="${what}".*\\} (\\d+)`, 'g'))]
        .map(([, count]) => Number(count))
        .reduce((all, count) => all + count, 0);
    expect(['dead letter', 'agent session', 'state version', 'idempotency key'].map(sum)).toEqual([
      600, 600, 2, 600,
    ]);
  });

  it('stays for ever where its days are 0', async () => {
    await everything();
    const { loop } = retentionLoop(db.database, KEEPS_ALL);
    loop.start();
    try {
      await waitFor('what has an end of its own to go', async () => (await counts())[3] === 0);
    } finally {
      await loop.stop();
    }
    expect(await counts()).toEqual([600, 600, 3, 0]);
  });

  it('goes kind by kind, also where one of them cannot be looked at', async () => {
    await everything();
    await db.database.rows('alter table dead_letters rename column discarded_at to elsewhere');
    const { loop, metrics } = retentionLoop(db.database, SETTINGS);
    loop.start();
    try {
      await waitFor('the pass to be told as failed', async () =>
        /berth_loop_runs_total\{.*outcome="failed".*\} 1/.test(await metrics()),
      );
    } finally {
      await loop.stop();
    }
    expect(await counts()).toEqual([600, 0, 1, 0]);
  });
});
