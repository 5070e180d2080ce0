// What open pages cost one api process, in processor and memory, while tasks run, and how soon they are told.
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BrokerConnection, ChangeAnnouncer } from '@berth/messaging';
import { type Assignment } from '@berth/persistence';
import { appendLog, recordProgress } from '../test/support/its-agent.js';
import { ApiCaller } from '../test/support/api-caller.js';
import { Fleet } from '../test/support/fleet.js';
import { accept, claim } from '../test/support/planned-task.js';
import { quietly } from '../test/support/quiet.js';
import { startBuildPlatform } from './build-platform.js';

const { values } = parseArgs({
  options: {
    pages: { type: 'string', default: '300' },
    tasks: { type: 'string', default: '20' },
    /** Of each task, in pieces of its log a second; every third comes with a step of the timeline. */
    rate: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '30' },
  },
});
const PAGES = Number(values.pages);
const TASKS = Number(values.tasks);
const EVERY_MS = 1_000 / Number(values.rate);
const LAST_MS = Number(values.seconds) * 1_000;
/** Fewer than one person may have. */
const PAGES_OF_ONE = 20;
/** A few lines, as terraform prints them. */
const FILL = '  # aws_instance.web will be created\n'.repeat(20);
const TICKS_PER_SECOND = 100;

const platform = await startBuildPlatform(['api']);
const { database } = platform;
const delays: Record<string, number[]> = { log: [], task: [], task_event: [] };
let bytes = 0;

/** Processor seconds that the api has used, and the megabytes that it has. */
async function usage(): Promise<{ readonly cpu: number; readonly megabytes: number }> {
  const stat = (await readFile(`/proc/${platform.apiPid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  const status = await readFile(`/proc/${platform.apiPid}/status`, 'utf8');
  const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
  return { cpu: (Number(stat[11]) + Number(stat[12])) / TICKS_PER_SECOND, megabytes: kilobytes / 1_024 };
}

/** Takes what comes, and of each kind of event how long it was on its way. */
async function page(api: ApiCaller, taskId: string, signal: AbortSignal): Promise<void> {
  const topics = `tasks,task:${taskId},log:${taskId}:plan`;
  const response = await fetch(new URL(`/api/v1/stream?topics=${topics}`, api.baseUrl), {
    headers: { authorization: `Bearer ${api.key}`, accept: 'text/event-stream' },
    signal,
  });
  const body = response.body as ReadableStream<Uint8Array> | null;
  if (response.status !== 200 || body === null) {
    throw new Error(`${response.status} ${await response.text()}`);
  }
  const decoder = new TextDecoder();
  void (async () => {
    for await (const piece of body) {
      bytes += piece.length;
      const now = Date.now();
      const text = decoder.decode(piece, { stream: true });
      for (const [, type = '', at = ''] of text.matchAll(/event: (\w+)\n(?:id: \S+\n)?data: .*?@(\d+)@/g)) {
        delays[type]?.push(now - Number(at));
      }
    }
  })().catch(() => undefined);
}

/** What a running task says, as its agent, the api and the scheduler write it down. */
async function run({ taskId, attempt }: Assignment, signal: AbortSignal): Promise<void> {
  for (let n = 0; !signal.aborted; n += 1) {
    await wait(EVERY_MS * (0.5 + Math.random()));
    const content = Buffer.from(`@${Date.now()}@\n${FILL}`);
    await appendLog(database, { taskId, attempt, phase: 'plan', offset: 'end', content, maxBytes: 1e9 });
    if (n % 3 === 0) {
      const step = { stage: `@${Date.now()}@`, message: `@${Date.now()}@`, at: new Date().toISOString() };
      await recordProgress(database, {
        taskId,
        attempt,
        phase: 'plan',
        record: {},
        actor: 'agent:a',
        ...step,
      });
    }
  }
}

function inWords(type: string): string {
  const sorted = (delays[type] ?? []).toSorted((one, other) => one - other);
  const at = (share: number): string => String(sorted[Math.floor((sorted.length - 1) * share)] ?? 'none');
  return `${type}: ${sorted.length} times, median ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms`;
}

try {
  const { logger, metrics } = quietly();
  const broker = new BrokerConnection({ url: platform.amqpUrl, name: 'bench', waitMs: 10_000, logger });
  const announcer = new ChangeAnnouncer(broker, logger, metrics);
  await broker.open();
  database.changes.listen((changes) => {
    announcer.tell(changes);
  });
  const api = new ApiCaller(platform.apiUrl, platform.apiKey);
  const fleet = await Fleet.in(database);
  await fleet.agent('a', TASKS);
  for (let n = 0; n < TASKS; n += 1) {
    await fleet.task(await fleet.workspace(), 'plan_and_apply');
  }
  const assignments = await claim(database);
  for (const assignment of assignments) {
    await accept(database, assignment);
  }
  const stop = new AbortController();
  const writers = assignments.map(async (assignment) => run(assignment, stop.signal));
  await wait(5_000);
  const alone = await usage();
  await wait(5_000);
  const before = await usage();
  console.log(
    `without pages: ${((before.cpu - alone.cpu) / 5).toFixed(2)} cores, ${before.megabytes.toFixed(0)} MB`,
  );
  let caller = api;
  for (let n = 0; n < PAGES; n += 1) {
    if (n % PAGES_OF_ONE === 0) {
      const { key } = await api.expect<{ key: string }>('POST', '/api/v1/keys', {
        name: `bench-${n}`,
        role: 'viewer',
      });
      caller = new ApiCaller(platform.apiUrl, key);
    }
    await page(caller, assignments[n % TASKS]?.taskId ?? '', stop.signal);
  }
  await wait(5_000);
  Object.values(delays).forEach((list) => list.splice(0));
  bytes = 0;
  const opened = await usage();
  let most = opened.megabytes;
  const began = performance.now();
  while (performance.now() - began < LAST_MS) {
    await wait(500);
    most = Math.max(most, (await usage()).megabytes);
  }
  const seconds = (performance.now() - began) / 1_000;
  const after = await usage();
  const cores = (after.cpu - opened.cpu) / seconds;
  console.log(
    `${PAGES} pages, ${TASKS} tasks with ${values.rate} pieces/s each, ${seconds.toFixed(0)} s: ${cores.toFixed(2)} cores, ` +
      `${(most - before.megabytes).toFixed(0)} MB more than without, ${(bytes / seconds / 1e6).toFixed(1)} MB/s sent\n` +
      ['log', 'task_event', 'task'].map(inWords).join('\n'),
  );
  stop.abort();
  await Promise.all(writers);
  await broker.close();
} finally {
  await platform.stop();
}
