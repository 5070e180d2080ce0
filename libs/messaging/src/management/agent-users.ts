import { createHash, randomBytes } from 'node:crypto';
import type { BrokerLogin } from '../broker-connection.js';
import { agentQueue, EXCHANGES } from '../topology.js';
import type { BrokerManagement, BrokerRights } from './broker-management.js';

/** Publisher, consumer and heartbeats, each of which may be about to be replaced. */
const CONNECTIONS = 6;

/**
 * The user of one session of an agent. It consumes its own queue and writes where agents' reports go, and nothing else: it
 * declares nothing, so that the services make its queue.
 */
export class AgentUsers {
  /** Users are the whole broker's, and another virtual host may be another Berth's. */
  private readonly prefix: string;

  constructor(private readonly management: BrokerManagement) {
    const mark = createHash('sha256').update(management.vhost).digest('hex').slice(0, 8);
    this.prefix = `berth.agent.${mark}.`;
  }

  /** The name of the user that a session has. */
  nameFor(agentId: string, sessionId: string): string {
    return `${this.prefix}${agentId}.${sessionId}`;
  }

  /** @throws BrokerManagementError; the user may be there, then, for somebody to find */
  async make(agentId: string, sessionId: string): Promise<BrokerLogin> {
    const username = this.nameFor(agentId, sessionId);
    const password = randomBytes(32).toString('base64url');
    await this.management.putUser(username, password, agentRights(agentId));
    await this.management.limitConnections(username, CONNECTIONS);
    return { username, password };
  }

  /** Its connections end within a moment, and no new one is let in. @throws BrokerManagementError */
  async remove(username: string): Promise<void> {
    await this.management.deleteUser(username);
  }

  /** The names of all users that sessions have or had. @throws BrokerManagementError */
  async all(): Promise<readonly string[]> {
    return (await this.management.users()).filter((name) => name.startsWith(this.prefix));
  }
}

/** What the user of an agent's session may do. */
export function agentRights(agentId: string): BrokerRights {
  return { configure: '^$', write: only(EXCHANGES.reports), read: only(agentQueue(agentId).name) };
}

/**
 * What the services' user may do, which needs no tag: everything that is Berth's, a queue of its own name for each api, and
 * answers to those who ask.
 */
export const SERVICE_RIGHTS: BrokerRights = {
  configure: '^(berth\\..*|amq\\.gen-.*)$',
  write: '^(berth\\..*|amq\\.gen-.*|amq\\.default)$',
  read: '^(berth\\..*|amq\\.gen-.*)$',
};

/** An id may hold dots, which stand for any character. */
function only(name: string): string {
  return `^${name.replaceAll(/[.\\+*?^$()[\]{}|-]/g, (one) => `\\${one}`)}$`;
}
