import { atMost } from './at-most.js';
import type { BrokerConnection } from './broker-connection.js';
import { agentQueue, assertQueue, assertTopology } from './topology.js';

const DEADLINE_MS = 5_000;

/**
 * Makes the queue of an agent, which may make none itself.
 * @throws Error where the broker is not there now
 */
export async function declareAgentQueue(connection: BrokerConnection, agentId: string): Promise<void> {
  const model = connection.current;
  if (model === undefined) {
    throw new Error(connection.problem ?? 'not connected to the broker');
  }
  const declaring = (async () => {
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    try {
      await assertTopology(channel);
      await assertQueue(channel, agentQueue(agentId));
    } finally {
      await channel.close().catch(() => undefined);
    }
  })();
  if (!(await atMost(DEADLINE_MS, declaring))) {
    throw new Error(`the broker did not declare the queue of ${agentId} within ${DEADLINE_MS / 1_000} s`);
  }
  await declaring;
}
