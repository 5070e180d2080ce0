import { parentPort, workerData } from 'node:worker_threads';
import { BrokerConnection, Requester, type SessionKey } from '@berth/messaging';
import { createLogger } from '@berth/observability';
import { Loop } from '@berth/process';
import type { Speaker } from '../session/voice.js';
import { Beater } from './beater.js';
import { postingLogger } from './posting-logger.js';
import { ANSWER_MS, SILENCE_LIMIT_MS } from './snapshot.js';
import type { FromThread, ThreadSettings, ToThread } from './thread-messages.js';

/** The heartbeat thread: its own event loop and its own connection, so that nothing that the agent does delays it. */
if (parentPort === null) {
  throw new Error('heartbeat.thread.js is started by the agent as a thread of its own');
}
const port = parentPort;
const settings = workerData as ThreadSettings;

const say = (message: FromThread): void => {
  port.postMessage(message);
};
const logger = postingLogger(say);
let { speaker } = settings;
const connection = new BrokerConnection({
  name: 'agent heartbeats',
  url: settings.amqpUrl,
  waitMs: settings.waitMs,
  logger,
  guest: {
    login: () => speaker?.login ?? null,
    onShut: (username) => {
      say({ kind: 'shut', username });
    },
  },
});
const requester = new Requester(connection, logger, () => keyOf(speaker));

/** What crosses threads is an array of bytes, and no Buffer any more. */
function keyOf(one: Speaker | undefined): SessionKey | undefined {
  return one === undefined ? undefined : { sessionId: one.sessionId, key: Buffer.from(one.key) };
}

const beater = new Beater({
  ask: async (heartbeat) => requester.ask('agent.heartbeat', heartbeat, ANSWER_MS),
  say,
  now: () => performance.now(),
  onSilence: () => {
    // The main thread writes the log, and it is the one that hangs: this line goes out by itself.
    createLogger('agent', settings.logLevel).error(
      `the main thread has been silent for ${SILENCE_LIMIT_MS / 1000} s: no more heartbeats until it speaks again`,
    );
  },
});

const loop = new Loop({
  name: 'heartbeat',
  intervalMs: () => beater.intervalMs,
  observer: {
    // Counted with each answer: most runs of an agent that is not registered send nothing.
    ran: () => undefined,
    failed: (_loop, error, nextInMs) => {
      say({ kind: 'failed', reason: error instanceof Error ? error.message : String(error), nextInMs });
    },
  },
  run: async () => {
    await tellConnection();
    return beater.beat();
  },
});

port.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'snapshot':
      beater.receive(message.snapshot);
      break;
    case 'speaker':
      ({ speaker } = message);
      connection.becomeAnother();
      break;
    case 'beat':
      loop.wake();
      break;
    case 'stop':
      void stop();
      break;
  }
});

await connection.open();
loop.start();

async function tellConnection(): Promise<void> {
  const problem = await connection.check().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  say({ kind: 'connection', problem });
}

/** With its port closed and its connection gone, nothing keeps the thread. */
async function stop(): Promise<void> {
  await loop.stop();
  await connection.close();
  port.close();
}
