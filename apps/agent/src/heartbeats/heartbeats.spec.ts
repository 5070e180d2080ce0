import { describe, expect, it } from '@jest/globals';
import { createLogger, Health, LoopWatch, Metrics } from '@berth/observability';
import type { HeartbeatAnswer } from '@berth/contracts';
import { Heartbeats, type Standing } from './heartbeats.js';
import type { Inventory } from './inventory.js';
import type { Snapshot } from './snapshot.js';
import type { ThreadKeeper, ThreadListener } from './thread-keeper.js';
import type { ToThread } from './thread-messages.js';

const STANDING: Standing = {
  agentId: 'agent-1',
  podName: 'pod-1',
  sessionId: '00000000-0000-4000-8000-000000000001',
  draining: false,
  intervalMs: 3_000,
};

/** The main thread's side, with a thread that only notes what it is told. */
async function heartbeats() {
  const told: ToThread[] = [];
  const settled: HeartbeatAnswer[] = [];
  const state = { standing: STANDING as Standing | null, forgotten: 0 };
  let thread: ThreadListener | undefined;
  const keeper = {
    start: (listener: ThreadListener) => {
      thread = listener;
      listener.received({ kind: 'connection', problem: null });
    },
    post: (message: ToThread) => told.push(message),
  };
  const inventory = {
    tasks: [],
    reported: [],
    settle: async (answer: HeartbeatAnswer) => {
      settled.push(answer);
    },
  };
  const logger = createLogger('test', 'silent');
  const health = new Health();
  const metrics = new Metrics('test');
  const it = new Heartbeats(
    keeper as unknown as ThreadKeeper,
    inventory as unknown as Inventory,
    logger,
    new LoopWatch(metrics, logger),
    health,
    metrics,
  );
  const forgotten = (): void => {
    state.forgotten += 1;
  };
  await it.start({ standing: () => state.standing, forgotten, shut: () => undefined }, 1_000);
  const answer = (number: number, known: boolean): void => {
    thread?.received({ kind: 'answer', number, answer: { known, stale: [], settled: [] }, seconds: 0.01 });
  };
  const snapshots = (): Snapshot[] => told.flatMap((one) => (one.kind === 'snapshot' ? [one.snapshot] : []));
  return { it, state, told, settled, health, answer, snapshots, thread: thread! };
}

describe('the main thread’s side of the heartbeats', () => {
  it('says how it stands whenever a heartbeat is due', async () => {
    const { thread, state, snapshots } = await heartbeats();
    thread.received({ kind: 'due' });
    state.standing = null;
    thread.received({ kind: 'due' });
    const { intervalMs, ...names } = STANDING;
    expect(snapshots()).toEqual([
      { number: 1, intervalMs, heartbeat: { ...names, tasks: [], reported: [] } },
      { number: 2, intervalMs: 500, heartbeat: null },
    ]);
  });

  it('acts on what the registry answers', async () => {
    const { it: main, settled, answer } = await heartbeats();
    answer(main.post(), true);
    expect(settled).toHaveLength(1);
  });

  it('registers again when the registry does not know the agent, but not for a heartbeat of an earlier registration', async () => {
    const { it: main, state, answer } = await heartbeats();
    const early = main.post();
    answer(early, false);
    expect(state.forgotten).toBe(1);
    state.standing = null;
    main.post();
    state.standing = STANDING;
    const later = main.post();
    answer(early, false);
    expect(state.forgotten).toBe(1);
    answer(later, false);
    expect(state.forgotten).toBe(2);
  });

  it('has told the registry when a heartbeat with the news was answered, not an earlier one', async () => {
    const { it: main, told, answer } = await heartbeats();
    const before = main.post();
    let done = false;
    const telling = main.tell().then(() => {
      done = true;
    });
    answer(before, true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    answer(before + 1, true);
    await telling;
    expect(told.at(-1)).toEqual({ kind: 'beat' });
  });

  it('is not ready while its thread has no connection or does not run', async () => {
    const { thread, health } = await heartbeats();
    expect(await health.ask()).toMatchObject({ ready: true });
    thread.received({ kind: 'connection', problem: 'not connected to RabbitMQ' });
    expect(await health.ask()).toMatchObject({ ready: false });
    thread.received({ kind: 'connection', problem: null });
    thread.ended();
    expect(await health.ask()).toMatchObject({ ready: false });
  });

  it('is not ready while nobody answers its heartbeats, and is again with the first answer', async () => {
    const { it: main, thread, health, answer } = await heartbeats();
    thread.received({ kind: 'failed', reason: 'no answer to agent.heartbeat', nextInMs: 3_000 });
    // The thread says before each heartbeat that it is connected.
    thread.received({ kind: 'connection', problem: null });
    expect(await health.ask()).toMatchObject({
      ready: false,
      checks: { heartbeats: 'no answer to agent.heartbeat' },
    });
    answer(main.post(), true);
    expect(await health.ask()).toMatchObject({ ready: true });
  });
});
