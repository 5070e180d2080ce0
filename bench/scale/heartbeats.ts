import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { agentQueue, assertQueue, EXCHANGES, signatureHeaders, type SessionKey } from '@berth/messaging';
import { MESSAGES } from '@berth/contracts';
import { connect, type Channel } from 'amqplib';
import { startBuildPlatform, type BuildPlatform } from '../build-platform.js';
import { Filled } from './filled-database.js';
import { processorSeconds } from './processor.js';
import type { Table } from './table.js';

const FLEETS = [400, 2_000, 10_000];
const SLOTS = 10;
const INTERVAL_MS = 3_000;
const WARM_UP_MS = 10_000;
const MEASURED_MS = 30_000;
const TICK_MS = 10;
const REPLY_TO = 'amq.rabbitmq.reply-to';
const MEASURED = ['registry', 'PostgreSQL', 'RabbitMQ'] as const;

interface BeatingAgent {
  readonly agentId: string;
  readonly session: SessionKey;
}

/** What the heartbeats of a fleet cost, by who pays. The agents are simulated: one process says what all of them would. */
export async function heartbeats(): Promise<Table[]> {
  const rows: string[][] = [];
  for (const fleet of FLEETS) {
    const platform = await startBuildPlatform(['registry']);
    try {
      rows.push(await measure(platform, fleet));
      console.error(`heartbeats: ${rows.at(-1)?.join(' | ') ?? ''}`);
    } finally {
      await platform.stop();
    }
  }
  return [
    {
      title: 'Heartbeats every 3 s of agents with 10 slots each, in cores',
      columns: ['agents', 'answered a second', ...MEASURED, 'in all'],
      rows,
    },
  ];
}

async function measure(platform: BuildPlatform, fleet: number): Promise<string[]> {
  const connection = await connect(platform.amqpUrl);
  const channel = await connection.createChannel();
  for (let n = 1; n <= fleet; n += 1) {
    await assertQueue(channel, agentQueue(`agent-${n}`));
  }
  await new Filled('', platform.databaseUrl, platform.database).agents(1, fleet, SLOTS);
  const agents = await sessionsOf(platform);
  let answered = 0;
  let unknown = 0;
  await channel.consume(
    REPLY_TO,
    (message) => {
      answered += 1;
      unknown += message?.content.includes('"known":true') === true ? 0 : 1;
    },
    { noAck: true },
  );
  const until = beating(channel, new URL(platform.amqpUrl).username, agents, WARM_UP_MS + MEASURED_MS);
  await wait(WARM_UP_MS);
  const before = await usage(platform);
  const answeredBefore = answered;
  await until;
  const after = await usage(platform);
  if (unknown > 0) {
    throw new Error(`${unknown} heartbeats were of agents that the registry did not know`);
  }
  const cores = after.map((seconds, index) => (seconds - (before[index] ?? 0)) / (MEASURED_MS / 1_000));
  await connection.close();
  return [
    String(fleet),
    ((answered - answeredBefore) / (MEASURED_MS / 1_000)).toFixed(0),
    ...[...cores, cores.reduce((sum, one) => sum + one, 0)].map((share) => share.toFixed(2)),
  ];
}

async function usage({ pids }: BuildPlatform): Promise<number[]> {
  return Promise.all(MEASURED.map(async (name) => processorSeconds([pids[name] ?? 0])));
}

/** As `Filled` has made them: the key is made of the id. */
async function sessionsOf({ database }: BuildPlatform): Promise<BeatingAgent[]> {
  const agents = await database.rows<{ agentId: string; sessionId: string }>(
    'select id as "agentId", session_id as "sessionId" from agents order by random()',
  );
  return agents.map(({ agentId, sessionId }) => ({
    agentId,
    session: { sessionId, key: createHash('sha256').update(agentId).digest() },
  }));
}

/** All agents in turn, each once in its interval. */
async function beating(
  channel: Channel,
  userId: string,
  agents: readonly BeatingAgent[],
  forMs: number,
): Promise<void> {
  const type = 'agent.heartbeat';
  const begin = performance.now();
  for (let sent = 0; performance.now() - begin < forMs;) {
    const due = ((performance.now() - begin) / INTERVAL_MS) * agents.length;
    for (; sent < due; sent += 1) {
      const { agentId, session } = agents[sent % agents.length] as BeatingAgent;
      const content = Buffer.from(
        JSON.stringify({
          agentId,
          podName: agentId.replace('agent', 'pod'),
          sessionId: session.sessionId,
          draining: false,
          tasks: [],
          reported: [],
        }),
      );
      const messageId = randomUUID();
      channel.publish(EXCHANGES[MESSAGES[type].exchange], type, content, {
        type,
        messageId,
        userId,
        correlationId: messageId,
        replyTo: REPLY_TO,
        contentType: 'application/json',
        headers: {
          version: MESSAGES[type].version,
          ...signatureHeaders(session, { type, messageId, content }),
        },
        expiration: INTERVAL_MS,
        mandatory: true,
      });
    }
    await wait(TICK_MS);
  }
}
