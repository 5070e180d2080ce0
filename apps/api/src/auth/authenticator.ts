import type { IncomingHttpHeaders } from 'node:http';
import { Database, readAgentToken, readApiKey, readSession, workerOfToken } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { keyHash } from '../secrets/key-hash.js';
import { TokenSigner, type BuildClaims, type TaskClaims } from '../secrets/signed-token.js';
import type { Caller, CallerKind } from './caller.js';
import { credentialOf } from './credentials.js';

/** Tells who a secret belongs to. */
@Injectable()
export class Authenticator {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TokenSigner) private readonly signer: TokenSigner,
  ) {}

  /**
   * Where workers or builds may call, a token in their own header counts first; one that opens nothing leaves the word
   * to a key that is given beside it. Null where nothing opens anything; undefined where nothing was given.
   */
  async callerOf(
    headers: IncomingHttpHeaders,
    kinds: readonly CallerKind[],
  ): Promise<Caller | null | undefined> {
    const workerToken = kinds.includes('worker') ? headers['x-worker-token'] : undefined;
    const buildToken = kinds.includes('build') ? headers['x-build-token'] : undefined;
    const own =
      (typeof workerToken === 'string' ? await this.workerOf(workerToken, headers['x-worker-id']) : null) ??
      (typeof buildToken === 'string' ? this.buildOf(buildToken) : null);
    const secret = credentialOf(headers);
    if (own !== null || secret === null) {
      return own ?? (workerToken === undefined && buildToken === undefined ? undefined : null);
    }
    return this.holderOf(secret);
  }

  private async holderOf(secret: string): Promise<Caller | null> {
    const claims = this.signer.verify(secret);
    if (claims?.kind === 'session') {
      return this.agentOf(claims.sessionId);
    }
    if (claims?.kind === 'task') {
      return taskCaller(claims);
    }
    if (claims?.kind === 'build') {
      return buildCaller(claims);
    }
    return (await this.userOf(secret)) ?? (await this.poolOf(secret));
  }

  /** A worker that also says who it is must be that one. */
  private async workerOf(token: string, said: string | string[] | undefined): Promise<Caller | null> {
    const worker = await workerOfToken(this.database, keyHash(token));
    if (worker === null || (said !== undefined && said !== worker.agentId)) {
      return null;
    }
    const { agentId: workerId, organizationId } = worker;
    return { kind: 'worker', organizationId, workerId, actor: `worker:${workerId}` };
  }

  private buildOf(token: string): Caller | null {
    const claims = this.signer.verify(token);
    return claims?.kind === 'build' ? buildCaller(claims) : null;
  }

  private async userOf(secret: string): Promise<Caller | null> {
    const key = await readApiKey(this.database, keyHash(secret));
    return key === null
      ? null
      : { kind: 'user', organizationId: key.organizationId, keyId: key.id, actor: `user:${key.name}` };
  }

  private async poolOf(secret: string): Promise<Caller | null> {
    const token = await readAgentToken(this.database, keyHash(secret));
    return token === null
      ? null
      : {
          kind: 'pool',
          organizationId: token.organizationId,
          poolId: token.poolId,
          actor: `pool:${token.name}`,
        };
  }

  private async agentOf(sessionId: string): Promise<Caller | null> {
    const session = await readSession(this.database, sessionId);
    return session === null
      ? null
      : { kind: 'agent', sessionId, actor: `agent:${session.agentId}`, ...session };
  }
}

function buildCaller({ buildId, organizationId }: BuildClaims): Caller {
  return { kind: 'build', organizationId, buildId, actor: `build:${buildId}` };
}

/** Whether the attempt is still the present one is asked where it matters: in the statement that writes. */
function taskCaller(claims: TaskClaims): Caller {
  const { organizationId, workspaceId, taskId, attempt } = claims;
  return { kind: 'task', organizationId, workspaceId, taskId, attempt, actor: `task:${taskId}` };
}
