import { AgentSession, AgentSessionRequest } from '@berth/contracts';
import { isAtLeast } from '@berth/domain';
import { Database, openSession, readPoolOf, type PoolRow } from '@berth/persistence';
import { Body, Controller, Inject, Post } from '@nestjs/common';
import { CallerParam, OpenTo, type PoolCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { TokenSigner } from '../secrets/signed-token.js';

/** An agent's process begins here, with its pool's token. */
@Controller('agent/v1/sessions')
@OpenTo('pool')
export class SessionsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TokenSigner) private readonly signer: TokenSigner,
  ) {}

  @Post()
  @Describe({
    id: 'openAgentSession',
    summary: 'Begin a session of an agent',
    body: AgentSessionRequest,
    status: 201,
    answer: AgentSession,
  })
  async open(
    @CallerParam() caller: PoolCaller,
    @Body(new ZodPipe(AgentSessionRequest)) body: AgentSessionRequest,
  ): Promise<AgentSession> {
    const { organizationId, poolId } = caller;
    const pool = await readPoolOf(this.database, poolId);
    requireIsolation(pool, body);
    const session = await openSession(this.database, { organizationId, poolId, ...body });
    if (session === null) {
      throw new ProblemError(
        409,
        'AGENT_ID_TAKEN',
        `agentId "${body.agentId}" is another agent's: choose another BERTH_AGENT_ID`,
      );
    }
    const token = this.signer.sign({ kind: 'session', sessionId: session.id, agentId: body.agentId });
    return { sessionId: session.id, token, pool: pool.name };
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
