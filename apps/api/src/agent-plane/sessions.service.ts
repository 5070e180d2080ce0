import { randomUUID } from 'node:crypto';
import type { AgentSession, AgentSessionRequest } from '@berth/contracts';
import { messageKeyOf } from '@berth/messaging';
import { isAtLeast } from '@berth/domain';
import { Database, openSession, readPoolOf, type PoolRow, type SessionOpening } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { PoolCaller } from '../auth/caller.js';
import { AgentLogins } from '../broker/agent-logins.js';
import { ProblemError } from '../problems/problem-error.js';
import { keyHash } from '../secrets/key-hash.js';
import { TokenSigner } from '../secrets/signed-token.js';

/** Lets agents in: a session with its token, its key for messages, and its user on the broker. */
@Injectable()
export class SessionsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TokenSigner) private readonly signer: TokenSigner,
    @Inject(AgentLogins) private readonly logins: AgentLogins,
  ) {}

  /** @throws ProblemError 409 where the id is another agent's, 503 where the broker is not there */
  async open(caller: PoolCaller, request: AgentSessionRequest): Promise<AgentSession> {
    const { organizationId, poolId, tokenId } = caller;
    const { agentSecret, ...named } = request;
    const { agentId } = named;
    const pool = await readPoolOf(this.database, poolId);
    requireIsolation(pool, request);
    const id = randomUUID();
    const brokerUser = this.logins.nameFor(agentId, id);
    // First: where the broker cannot, everything stays as it is.
    const broker = await this.logins.open(agentId, id);
    const session = {
      ...named,
      id,
      organizationId,
      poolId,
      tokenId,
      brokerUser,
      secretHash: keyHash(agentSecret),
      messageKey: messageKeyOf(agentSecret, id),
    };
    const opening = await openSession(this.database, session);
    if (!opening.opened) {
      await this.logins.close(brokerUser === null ? [] : [brokerUser]);
      throw refusal(agentId, opening);
    }
    // Its agent need not wait for the end of what it had before.
    void this.logins.close(opening.formerUsers);
    const token = this.signer.sign({ kind: 'session', sessionId: id, agentId });
    return { sessionId: id, token, pool: pool.name, broker };
  }
}

/** @throws ProblemError where the agent keeps runs less apart than its pool demands */
function requireIsolation({ name, runIsolation }: PoolRow, { isolation }: AgentSessionRequest): void {
  if (!isAtLeast(isolation, runIsolation)) {
    const message = `pool "${name}" demands ${String(runIsolation)}, and this agent has ${isolation ?? 'none'}`;
    throw new ProblemError(
      403,
      'RUN_ISOLATION_TOO_WEAK',
      `isolation: ${message}; its log says at the start what the machine lacks`,
      { fields: [{ field: 'isolation', message }] },
    );
  }
}

function refusal(agentId: string, { why }: Extract<SessionOpening, { opened: false }>): ProblemError {
  return why === 'taken'
    ? new ProblemError(
        409,
        'AGENT_ID_TAKEN',
        `agentId "${agentId}" is another agent's: choose another BERTH_AGENT_ID`,
      )
    : new ProblemError(
        409,
        'AGENT_ID_IN_USE',
        `agentId "${agentId}" is in use by an agent with another secret: it is free when that one has stopped or is lost; give every agent an id and a home of its own`,
      );
}
