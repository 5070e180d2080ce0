import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task } from '@berth/contracts';
import { startPrivatePostgres, type PrivateServer } from '@berth/private-servers';
import { connect as connectBroker } from 'amqplib';
import { PlanGate } from '../support/plan-gate.js';
import { connect, testBroker } from '../support/servers.js';
import type { ServiceProcess } from '../support/service-process.js';
import { System } from '../support/system.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

const CONFIGURATION = { 'main.tf': 'resource "terraform_data" "one" {}\n' };

describe('what breaks between the parts', () => {
  let directory: string;
  let postgres: PrivateServer;
  let schedulerLine: TcpProxy;
  let agentLine: TcpProxy;
  let gate: PlanGate;
  let system: System;
  let scheduler: ServiceProcess;
  let agent: ServiceProcess;

  const startPostgres = async (port?: number): Promise<void> => {
    postgres = await startPrivatePostgres({
      dataDir: join(directory, 'postgres'),
      settings: { fsync: 'off' },
      ...(port === undefined ? {} : { port }),
    });
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'berth-failure-matrix-'));
    // As root, the server runs under another account, which has to get here.
    chmodSync(directory, 0o711);
    await startPostgres();
    const database = await connect(postgres.url, 5);
    const { hostname, port } = new URL(String(process.env['BERTH_TEST_AMQP_URL']));
    const amqp = { host: hostname, port: Number(port) };
    [schedulerLine, agentLine] = await Promise.all([TcpProxy.to(amqp), TcpProxy.to(amqp)]);
    gate = await PlanGate.make();
    system = await System.start({
      agents: 1,
      agentEnv: { PATH: gate.path },
      schedulerEnv: { BERTH_ACCEPT_LEASE_SECONDS: '5', BERTH_RECONCILE_INTERVAL_MS: '500' },
      database: { url: postgres.url, database, drop: async () => database.close() },
      brokerLines: { schedulers: schedulerLine, agents: agentLine },
    });
    [scheduler, agent] = [system.schedulers[0]!, system.agents[0]!];
  }, 120_000);

  afterEach(async () => {
    schedulerLine.mend();
    agentLine.mend();
    await gate.open();
  });

  afterAll(async () => {
    await system.stop();
    await Promise.all([schedulerLine.close(), agentLine.close()]);
    await postgres.kill();
    rmSync(directory, { recursive: true });
  }, 90_000);

  async function newTask(name: string): Promise<Task> {
    const workspace = await system.api.workspace(name, CONFIGURATION);
    return system.api.task(workspace.id, 'plan');
  }

  /** The attempts of the task that were accepted, or taken back. */
  async function attempts(task: Task, event: 'accept' | 'release'): Promise<number[]> {
    return (await system.api.events(task.id)).filter((one) => one.event === event).map((one) => one.attempt);
  }

  it('a scheduler that dies between its claim and its message costs the lease, and the task runs once', async () => {
    schedulerLine.silence('towardsServer');
    const task = await newTask('died-before-message');
    await system.api.reaches(task.id, 'assigned');
    await scheduler.end('SIGKILL');
    schedulerLine.cut();
    schedulerLine.mend();
    expect(await system.api.read(task.id)).toMatchObject({ status: 'assigned', attempt: 1 });
    scheduler.start();
    await scheduler.ready();
    const done = await system.api.reaches(task.id, 'succeeded');
    expect(done).toMatchObject({ attempt: 2, retries: 0 });
    expect(await attempts(task, 'release')).toEqual([1]);
    expect(await attempts(task, 'accept')).toEqual([2]);
  }, 90_000);

  it('a confirm that the scheduler never hears takes nothing back: the task is planned once', async () => {
    await gate.close();
    schedulerLine.silence('towardsClient');
    const task = await newTask('lost-confirm');
    await system.api.reaches(task.id, 'planning');
    await waitFor(
      'the scheduler not to know what became of its message',
      async () => {
        const metrics = await (await fetch(`${scheduler.url}/metrics`)).text();
        return metrics
          .split('\n')
          .some((line) => line.includes('"task.assigned"') && /outcome="unknown".* 1$/.test(line));
      },
      60_000,
    );
    await gate.open();
    schedulerLine.mend();
    const done = await system.api.reaches(task.id, 'succeeded');
    expect(done).toMatchObject({ attempt: 1, retries: 0 });
    expect(await attempts(task, 'release')).toEqual([]);
    expect(await attempts(task, 'accept')).toEqual([1]);
  }, 90_000);

  it('an assignment that comes again after its accept starts nothing a second time', async () => {
    await gate.close();
    agentLine.silence('towardsServer');
    const task = await newTask('lost-ack');
    await system.api.reaches(task.id, 'planning');
    await agent.end('SIGKILL');
    agentLine.cut();
    agentLine.mend();
    agent.start();
    await waitFor('the assignment to come again, and to be dropped', async () =>
      readFileSync(agent.logFile, 'utf8').includes('the assignment is stale: dropped'),
    );
    await gate.open();
    const done = await system.api.reaches(task.id, 'succeeded');
    expect(done).toMatchObject({ attempt: 2, retries: 1 });
    expect(await attempts(task, 'accept')).toEqual([1, 2]);
    await agent.ready();
  }, 90_000);

  it.each([
    [
      'a database that ends every session',
      async () => {
        const [ended] = await system.database.database.rows<{ count: number }>(
          `select count(pg_terminate_backend(pid))::int as count from pg_stat_activity
           where backend_type = 'client backend' and pid <> pg_backend_pid()`,
        );
        expect(ended?.count).toBeGreaterThan(3);
      },
    ],
    [
      'a database that is killed and started again',
      async () => {
        await postgres.kill();
        await waitFor(
          'the api to notice',
          async () => (await fetch(`${system.apiService.url}/readyz`)).status === 503,
        );
        await startPostgres(postgres.port);
      },
    ],
  ])(
    '%s in the middle of a plan loses nobody and nothing',
    async (name, breakIt) => {
      await gate.close();
      const task = await newTask(`database-${String(Math.random()).slice(2)}`);
      await system.api.reaches(task.id, 'planning');
      const before = system.all.map((one) => one.pid);
      await breakIt();
      await Promise.all(system.all.map(async (one) => one.ready()));
      await gate.open();
      const done = await system.api.reaches(task.id, 'succeeded');
      expect(done).toMatchObject({ attempt: 1, retries: 0 });
      expect(await attempts(task, 'accept')).toEqual([1]);
      expect(system.all.map((one) => one.pid)).toEqual(before);
      expect(system.all.every((one) => one.isRunning)).toBe(true);
      const agents = await system.database.database.rows('select id, status from agents');
      expect(agents).toEqual([{ id: 'agent-1', status: 'alive' }]);
    },
    90_000,
  );

  it('a queue that somebody declared otherwise ends the start of its service, which says what to do', async () => {
    const other = await testBroker();
    const connection = await connectBroker(other.url);
    await (await connection.createChannel()).assertQueue('berth.scheduler', { durable: true });
    await scheduler.end('SIGTERM');
    scheduler.start({ AMQP_URL: other.url });
    await waitFor('the scheduler to end', async () => !scheduler.isRunning);
    await waitFor('its reason', async () =>
      /^scheduler: queue berth\.scheduler is on the broker already.*Delete it/m.test(await scheduler.tail()),
    );
    scheduler.start();
    await scheduler.ready();
    await connection.close();
    await other.drop();
  }, 60_000);
});
