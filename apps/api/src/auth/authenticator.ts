import { ApiKeyRow, Database } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { keyHash } from '../secrets/key-hash.js';
import { TokenSigner, type TaskClaims } from '../secrets/signed-token.js';
import type { Caller } from './caller.js';

/** Tells who a secret belongs to. */
@Injectable()
export class Authenticator {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TokenSigner) private readonly signer: TokenSigner,
  ) {}

  /** Null where the secret opens nothing. */
  async callerOf(secret: string): Promise<Caller | null> {
    const claims = this.signer.verify(secret);
    if (claims?.kind === 'session') {
      return this.agentOf(claims.sessionId);
    }
    if (claims?.kind === 'task') {
      return taskCaller(claims);
    }
    return (await this.userOf(secret)) ?? (await this.poolOf(secret));
  }

  private async userOf(secret: string): Promise<Caller | null> {
    const [key] = await this.database.rows<Pick<ApiKeyRow, 'id' | 'organizationId' | 'name'>>(
      `select id, organization_id as "organizationId", name from api_keys where key_hash = $1 and revoked_at is null`,
      [keyHash(secret)],
    );
    return key === undefined
      ? null
      : { kind: 'user', organizationId: key.organizationId, keyId: key.id, actor: `user:${key.name}` };
  }

  private async poolOf(secret: string): Promise<Caller | null> {
    const [token] = await this.database.rows<{ organizationId: string; poolId: string; name: string }>(
      `select organization_id as "organizationId", pool_id as "poolId", name from agent_tokens
       where token_hash = $1 and revoked_at is null`,
      [keyHash(secret)],
    );
    return token === undefined
      ? null
      : {
          kind: 'pool',
          organizationId: token.organizationId,
          poolId: token.poolId,
          actor: `pool:${token.name}`,
        };
  }

  private async agentOf(sessionId: string): Promise<Caller | null> {
    const [session] = await this.database.rows<{ organizationId: string; agentId: string; podName: string }>(
      `select organization_id as "organizationId", agent_id as "agentId", pod_name as "podName" from agent_sessions
       where id = $1 and ended_at is null`,
      [sessionId],
    );
    return session === undefined
      ? null
      : { kind: 'agent', sessionId, actor: `agent:${session.agentId}`, ...session };
  }
}

/** Whether the attempt is still the present one is asked where it matters: in the statement that writes. */
function taskCaller(claims: TaskClaims): Caller {
  const { organizationId, workspaceId, taskId, attempt } = claims;
  return { kind: 'task', organizationId, workspaceId, taskId, attempt, actor: `task:${taskId}` };
}
