import { access, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task, Workspace } from '@berth/contracts';
import { System } from '../support/system.js';
import { TraceCollector, type CollectedSpan } from '../support/trace-collector.js';
import { waitFor } from '../support/wait-for.js';

const HELLO = { 'main.tf': 'resource "terraform_data" "a" { input = "a" }\n' };

/** Says that it has begun, and waits until it may end. */
const slow = (folder: string): Record<string, string> => ({
  'main.tf': `resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "touch ${folder}/begun; while [ ! -e ${folder}/go ]; do sleep 0.1; done"
  }
}
`,
});

/** Of a message that only says that there is something to do: it knows no attempt, and a confirmation sends one as well. */
const ringsOnly = ({ type }: Record<string, unknown>): boolean => type === 'task.runnable';

describe('one trace, and lines of the log, from the request to the end of the apply', () => {
  let collector: TraceCollector;
  let system: System;

  beforeAll(async () => {
    collector = await TraceCollector.start();
    system = await System.start({
      agents: 1,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '100' },
      apiEnv: { BERTH_TRACE_URL: 'https://traces.example.com/{traceId}' },
      agentEnv: { BERTH_AGENT_KEEPS_SLOTS: 'true' },
    });
  }, 120_000);

  afterAll(async () => {
    await system.stop();
    await collector.stop();
  }, 60_000);

  async function applied(workspaceId: string): Promise<Task> {
    const { id } = await system.api.task(workspaceId, 'plan_and_apply');
    await system.api.reaches(id, 'apply_pending');
    await system.api.expect('POST', `/api/v1/tasks/${id}/confirm`, {});
    return system.api.reaches(id, 'succeeded');
  }

  async function spanOf(traceId: string | null, name: string): Promise<CollectedSpan> {
    return waitFor(`the span "${name}"`, async () =>
      collector.of(String(traceId)).find((span) => span.name === name),
    );
  }

  /** A span and those above it, from the top down, as far as they have come in: each process sends its own when it likes. */
  function above(span: CollectedSpan): CollectedSpan[] {
    const parent = collector.spans.find(
      ({ traceId, spanId }) => traceId === span.traceId && spanId === span.parentSpanId,
    );
    return [...(parent === undefined ? [] : above(parent)), span];
  }

  /** The names on the way to a span from the one at `top`, each with its service. */
  async function wayTo(span: CollectedSpan, top: string): Promise<string[]> {
    const way = await waitFor(`the way from "${top}" to "${span.name}"`, async () => {
      const spans = above(span);
      return spans[0]?.name === top && spans;
    });
    return way.map(({ service, name }) => `${service.slice('berth-'.length)}: ${name}`);
  }

  const wayOf = async (traceId: string | null, name: string): Promise<string[]> =>
    wayTo(await spanOf(traceId, name), 'POST /api/v1/tasks');

  it('shows a task from the POST that queued it to the end of its apply', async () => {
    const { id } = await system.api.workspace('hello', HELLO);
    const task = await applied(id);
    const { traceId } = task;
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    await spanOf(traceId, 'process task.finished');

    const ASSIGNED = (phase: string) => [
      'api: POST /api/v1/tasks',
      `scheduler: assign ${phase}`,
      'scheduler: publish task.assigned',
      'agent: process task.assigned',
    ];
    const PLAN = [...ASSIGNED('plan'), 'agent: plan'];
    const APPLY = [...ASSIGNED('apply'), 'agent: apply'];
    expect(await wayOf(traceId, 'step init')).toEqual([...PLAN, 'agent: step init']);
    expect(await wayOf(traceId, 'step plan')).toEqual([...PLAN, 'agent: step plan']);
    expect(await wayOf(traceId, 'PUT /agent/v1/tasks/:id/plan')).toEqual([
      ...PLAN,
      'agent: step store_plan',
      'api: PUT /agent/v1/tasks/:id/plan',
    ]);
    expect(await wayOf(traceId, 'process task.plan_finished')).toEqual([
      ...PLAN,
      'agent: publish task.plan_finished',
      'scheduler: process task.plan_finished',
    ]);
    expect(await wayOf(traceId, 'step apply')).toEqual([...APPLY, 'agent: step apply']);
    expect(await wayOf(traceId, 'process task.finished')).toEqual([
      ...APPLY,
      'agent: publish task.finished',
      'scheduler: process task.finished',
    ]);
    const accepted = await waitFor('both to be accepted', async () => {
      const found = collector
        .of(String(traceId))
        .filter(({ name }) => name === 'POST /agent/v1/tasks/:id/accept');
      return found.length === 2 && found;
    });
    const accepts = await Promise.all(accepted.map(async (span) => wayTo(span, 'POST /api/v1/tasks')));
    expect(accepts).toEqual([
      [...ASSIGNED('plan'), 'api: POST /agent/v1/tasks/:id/accept'],
      [...ASSIGNED('apply'), 'api: POST /agent/v1/tasks/:id/accept'],
    ]);
    // The person's word is a request of its own, and says whose trace it is about.
    const confirmed = await waitFor('the confirmation', async () =>
      collector.spans.find(({ name }) => name === 'POST /api/v1/tasks/:id/confirm'),
    );
    expect(confirmed.links).toMatchObject([{ traceId }]);
    expect(confirmed.traceId).not.toBe(traceId);
  });

  it('says in spans whose they are, and nothing that is a secret', async () => {
    const [first] = (await system.api.expect<{ items: Task[] }>('GET', '/api/v1/tasks')).items;
    const run = await spanOf(String(first?.traceId), 'apply');
    const told = Object.fromEntries(
      (run.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]),
    );
    expect(told).toMatchObject({
      'berth.task.id': first?.id,
      'berth.task.attempt': 2,
      'berth.agent.id': 'agent-1',
    });
    expect(JSON.stringify(collector.spans)).not.toContain(system.api.key);
    expect(JSON.stringify(collector.spans)).not.toContain(system.agentToken);
    const installation = await system.api.expect('GET', '/api/v1/installation');
    expect(installation).toMatchObject({ traceUrl: 'https://traces.example.com/{traceId}' });
  });

  it('links what is tried again, and does not put it below the first try', async () => {
    const { id }: Workspace = await system.api.expect('POST', '/api/v1/workspaces', {
      name: 'away',
      engine: 'terraform',
      git: { url: 'http://127.0.0.1:1/nobody.git' },
    });
    const { id: taskId, traceId: first } = await system.api.task(id, 'plan');
    const again = await waitFor('a second try to begin', async () => {
      const task = await system.api.read(taskId);
      return task.traceId !== first && task;
    });
    await system.api.expect('POST', `/api/v1/tasks/${taskId}/cancel`, {});
    const posted = await spanOf(first, 'POST /api/v1/tasks');
    const failed = await spanOf(first, 'plan');
    const second = await spanOf(again.traceId, 'assign plan');

    expect(failed.status?.code).toBe(2);
    expect(second.parentSpanId ?? '').toBe('');
    expect(second.links).toMatchObject([{ traceId: first, spanId: posted.spanId }]);
  });

  it('goes on after a restart of the agent', async () => {
    const folder = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'slow-'));
    const { id } = await system.api.workspace('slow', slow(folder));
    const { id: taskId, traceId } = await system.api.task(id, 'plan_and_apply');
    await system.api.reaches(taskId, 'apply_pending');
    await system.api.expect('POST', `/api/v1/tasks/${taskId}/confirm`, {});
    const isThere = async (name: string) =>
      access(join(folder, name)).then(
        () => true,
        () => false,
      );
    await waitFor('the apply to begin', async () => isThere('begun'));
    const assigned = await waitFor(
      'its assignment to be told',
      async () => collector.of(String(traceId)).filter(({ name }) => name === 'process task.assigned')[1],
    );
    const [agent] = system.agents;
    await agent?.end('SIGKILL');
    agent?.start();
    await agent?.ready();
    await writeFile(join(folder, 'go'), '');
    await system.api.reaches(taskId, 'succeeded');

    const goesOn = await spanOf(traceId, 'apply goes on');
    // The run's own span ended with its process, and was never sent.
    expect(goesOn.parentSpanId).toMatch(/^[0-9a-f]{16}$/);
    expect(goesOn.parentSpanId).not.toBe(assigned.spanId);
    const finished = await waitFor('the result to be told', async () =>
      collector.of(String(traceId)).find(({ name }) => name === 'process task.finished'),
    );
    expect(await wayTo(finished, 'apply goes on')).toEqual([
      'agent: apply goes on',
      'agent: publish task.finished',
      'scheduler: process task.finished',
    ]);
  }, 60_000);

  it('is named in every line of the log that is about the task', async () => {
    const { id } = await system.api.workspace('logged', HELLO);
    const task = await applied(id);
    const texts = await Promise.all(system.all.map(async (one) => one.log()));
    const lines = texts
      .flatMap((text) => text.split('\n'))
      .filter((line) => line.includes(task.id))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const services = new Set(lines.map(({ service }) => service));

    expect(services).toEqual(new Set(['api', 'scheduler', 'agent']));
    expect(lines.filter(({ taskId }) => taskId !== task.id)).toEqual([]);
    for (const line of lines) {
      expect(line).toMatchObject({ traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
      const isOfARequest = line['service'] === 'api' || ringsOnly(line);
      expect(line).toMatchObject(isOfARequest ? {} : { traceId: task.traceId, attempt: expect.any(Number) });
      expect('requestId' in line).toBe(line['service'] === 'api');
    }
    const ofAgents = lines.filter(({ route }) => String(route).startsWith('/agent/'));
    expect(ofAgents.length).toBeGreaterThan(0);
    expect(ofAgents.filter(({ traceId }) => traceId !== task.traceId)).toEqual([]);
  });

  it('says of which agent the registry speaks, and of no task', async () => {
    const log = (await system.registry.log()).split('\n').filter((line) => line.includes('agent.heartbeat'));
    expect(log.length).toBeGreaterThan(0);
    for (const line of log) {
      expect(JSON.parse(line)).toMatchObject({ service: 'registry', agentId: 'agent-1' });
      expect(JSON.parse(line)).not.toHaveProperty('taskId');
    }
  });
});
