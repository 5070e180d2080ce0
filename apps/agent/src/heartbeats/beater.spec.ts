import { describe, expect, it } from '@jest/globals';
import { Beater } from './beater.js';
import { isTooOld, SILENCE_LIMIT_MS, type Heartbeat, type Snapshot } from './snapshot.js';
import type { FromThread } from './thread-messages.js';

const KNOWN = { known: true, stale: [], settled: [] };

function snapshot(number: number, draining = false): Snapshot {
  const heartbeat: Heartbeat = {
    agentId: 'agent-1',
    podName: 'pod-1',
    sessionId: '00000000-0000-4000-8000-000000000001',
    draining,
    tasks: [],
    reported: [],
  };
  return { number, intervalMs: 3_000, heartbeat };
}

/** A beater whose main thread answers with `fresh`, or is blocked while there is none. */
function beater(ask: (heartbeat: Heartbeat) => Promise<unknown> = async () => KNOWN) {
  const state = { now: 0, fresh: undefined as Snapshot | undefined, silences: 0 };
  const sent: Heartbeat[] = [];
  const said: FromThread[] = [];
  const it = new Beater({
    ask: async (heartbeat) => {
      sent.push(heartbeat);
      return ask(heartbeat);
    },
    say: (message) => {
      said.push(message);
      if (message.kind === 'due' && state.fresh !== undefined) {
        it.receive(state.fresh);
      }
    },
    now: () => state.now,
    onSilence: () => {
      state.silences += 1;
    },
  });
  return { it, state, sent, said };
}

describe('a snapshot', () => {
  it('is too old when the main thread has been silent for longer than the limit', () => {
    expect(isTooOld(1_000, 1_000 + SILENCE_LIMIT_MS)).toBe(false);
    expect(isTooOld(1_000, 1_001 + SILENCE_LIMIT_MS)).toBe(true);
  });
});

describe('the heartbeats', () => {
  it('say what is true when they are sent', async () => {
    const { it: beats, state, sent, said } = beater();
    state.fresh = snapshot(1);
    await beats.beat();
    state.fresh = snapshot(2, true);
    await beats.beat();
    expect(sent.map((one) => one.draining)).toEqual([false, true]);
    expect(said.filter((one) => one.kind === 'answer')).toEqual([
      { kind: 'answer', number: 1, answer: KNOWN, seconds: 0 },
      { kind: 'answer', number: 2, answer: KNOWN, seconds: 0 },
    ]);
  });

  it('go on with the last snapshot while the main thread is blocked', async () => {
    const { it: beats, sent } = beater();
    beats.receive(snapshot(1));
    await beats.beat();
    await beats.beat();
    expect(sent).toHaveLength(2);
    expect(beats.intervalMs).toBe(3_000);
  });

  it('end when the main thread has been silent for too long, which is said once, and begin again with its next word', async () => {
    const { it: beats, state, sent } = beater();
    beats.receive(snapshot(1));
    state.now = SILENCE_LIMIT_MS + 1;
    await beats.beat();
    await beats.beat();
    expect({ sent: sent.length, silences: state.silences }).toEqual({ sent: 0, silences: 1 });
    beats.receive(snapshot(2));
    await beats.beat();
    expect(sent).toHaveLength(1);
  });

  it('are not sent before there is a registration', async () => {
    const { it: beats, state, sent } = beater();
    await beats.beat();
    state.fresh = { number: 1, intervalMs: 500, heartbeat: null };
    await beats.beat();
    expect(sent).toEqual([]);
  });

  it('fail where the answer is not one', async () => {
    const { it: beats, state, said } = beater(async () => ({ hello: 'world' }));
    state.fresh = snapshot(1);
    await expect(beats.beat()).rejects.toThrow();
    expect(said.map((one) => one.kind)).toEqual(['due']);
  });
});
