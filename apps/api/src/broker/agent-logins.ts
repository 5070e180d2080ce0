import {
  AgentUsers,
  BrokerConnection,
  BrokerManagement,
  declareAgentQueue,
  vhostOf,
  type BrokerLogin,
} from '@berth/messaging';
import { LOGGER, type Logger } from '@berth/observability';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { API_ENV, type ApiEnv } from '../env.js';
import { ProblemError } from '../problems/problem-error.js';

/** Seconds after which an agent may ask again. */
const RETRY_AFTER = 2;

/** What the broker lets each session of an agent do: a user of its own where users can be made. */
@Injectable()
export class AgentLogins implements OnModuleInit {
  /** Null where the installation names no management API: then agents connect as their address says. */
  readonly users: AgentUsers | null;
  private readonly management: BrokerManagement | null;

  constructor(
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(BrokerConnection) private readonly connection: BrokerConnection,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const { BERTH_BROKER_MANAGEMENT_URL: url } = env;
    this.management = url === undefined ? null : new BrokerManagement(url, vhostOf(env.AMQP_URL));
    this.users = this.management === null ? null : new AgentUsers(this.management);
  }

  /** @throws BrokerManagementError where rights are demanded and cannot be given */
  async onModuleInit(): Promise<void> {
    if (this.management === null) {
      this.logger.warn(
        'agents share one user of the broker (BERTH_BROKER_MANAGEMENT_URL is not set): what they say is signed, but one could take what is meant for another',
      );
      return;
    }
    try {
      await this.management.check();
      this.logger.info('each session of an agent gets a user of its own on the broker');
    } catch (error) {
      if (this.env.BERTH_BROKER_RIGHTS === 'require') {
        throw error;
      }
      this.logger.error(`no agent can begin a session before this is mended: ${String(error)}`);
    }
  }

  /** The name that a session's user will have, null where it gets none. */
  nameFor(agentId: string, sessionId: string): string | null {
    return this.users?.nameFor(agentId, sessionId) ?? null;
  }

  /**
   * Makes the agent's queue, and a user that may consume it. Nothing of what the agent has had before is touched.
   * @throws ProblemError 503 where the broker cannot do it now
   */
  async open(agentId: string, sessionId: string): Promise<BrokerLogin | null> {
    try {
      await declareAgentQueue(this.connection, agentId);
      return (await this.users?.make(agentId, sessionId)) ?? null;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.logger.warn({ agentId }, `no session for ${agentId} now: ${reason}`);
      const detail = 'the broker cannot let another session in now: try again in a moment';
      throw new ProblemError(503, 'BROKER_UNAVAILABLE', detail, { retryAfter: RETRY_AFTER, cause });
    }
  }

  /** These sessions are over. A user that could not be taken away now is found by the loop; nothing is thrown. */
  async close(usernames: readonly string[]): Promise<void> {
    for (const username of usernames) {
      await this.users?.remove(username).catch((error: unknown) => {
        this.logger.warn({ username }, `a user of the broker stays for now: ${String(error)}`);
      });
    }
  }
}
