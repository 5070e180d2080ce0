import type { IncomingHttpHeaders } from 'node:http';
import {
  buildOfMachine,
  Database,
  markKeyUsed,
  readAgentToken,
  readApiKey,
  readSession,
  readUserSession,
  workerOfToken,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { keyHash } from '../secrets/key-hash.js';
import { TokenSigner, type BuildClaims, type TaskClaims } from '../secrets/signed-token.js';
import type { BuildCaller, CallerKind, KnownCaller, KnownUser } from './caller.js';
import { credentialOf } from './credentials.js';
import { sessionCookieOf } from './session-cookie.js';

/** Tells who a secret belongs to. */
@Injectable()
export class Authenticator {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TokenSigner) private readonly signer: TokenSigner,
  ) {}

  /**
   * Which one decides where several are given, of those that the call is open to:
   * 1. the token of a build's machine, and then a worker's: each decides alone. One that opens nothing is 401 whatever
   *    stands beside it, for that is how a worker learns that its token is over and that it has to register again;
   * 2. a build's own token, for that build;
   * 3. a key, which command lines send along with the token of a build; without one, a browser's session;
   * 4. a build's own token for another build, which is then told that there is no such build.
   *
   * An empty header counts as none. Null where nothing opens anything; undefined where nothing was given.
   * @param buildId of the path
   */
  async callerOf(
    headers: IncomingHttpHeaders,
    kinds: readonly CallerKind[],
    buildId: string | string[] | undefined,
  ): Promise<KnownCaller | null | undefined> {
    const tokenOf = (kind: CallerKind, name: string): string | undefined => {
      const token = kinds.includes(kind) ? headers[name] : undefined;
      return typeof token === 'string' && token !== '' ? token : undefined;
    };
    const machineToken = tokenOf('machine', 'x-vm-token');
    if (machineToken !== undefined) {
      return this.machineOf(machineToken);
    }
    const workerToken = tokenOf('worker', 'x-worker-token');
    if (workerToken !== undefined) {
      return this.workerOf(workerToken, headers['x-worker-id']);
    }
    const buildToken = tokenOf('build', 'x-build-token');
    const build = buildToken === undefined ? null : this.buildOf(buildToken);
    if (build?.buildId !== undefined && build.buildId === buildId) {
      return build;
    }
    const secret = credentialOf(headers);
    if (secret === null && kinds.includes('user')) {
      const session = sessionCookieOf(headers);
      if (session !== null) {
        return (await this.personOf(session)) ?? build;
      }
    }
    const holder = secret === null ? null : await this.holderOf(secret);
    return holder ?? build ?? (secret === null && buildToken === undefined ? undefined : null);
  }

  private async holderOf(secret: string): Promise<KnownCaller | null> {
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
  private async workerOf(token: string, said: string | string[] | undefined): Promise<KnownCaller | null> {
    const worker = await workerOfToken(this.database, keyHash(token));
    if (worker === null || (said !== undefined && said !== worker.agentId)) {
      return null;
    }
    const { agentId: workerId, organizationId } = worker;
    return { kind: 'worker', organizationId, workerId, actor: `worker:${workerId}` };
  }

  private async machineOf(token: string): Promise<KnownCaller | null> {
    const build = await buildOfMachine(this.database, keyHash(token));
    if (build === null) {
      return null;
    }
    const { taskId: buildId, agentId: workerId, attempt, organizationId } = build;
    return { kind: 'machine', organizationId, buildId, attempt, workerId, actor: `machine:${buildId}` };
  }

  private buildOf(token: string): BuildCaller | null {
    const claims = this.signer.verify(token);
    return claims?.kind === 'build' ? buildCaller(claims) : null;
  }

  private async userOf(secret: string): Promise<KnownUser | null> {
    const key = await readApiKey(this.database, keyHash(secret));
    if (key === null) {
      return null;
    }
    if (key.stale) {
      await markKeyUsed(this.database, key.id);
    }
    const { id: keyId, userId, organizationId, role, restricted } = key;
    const service = organizationId === null || role === null ? null : { organizationId, role, restricted };
    return {
      kind: 'user',
      principal: {
        id: userId === null ? `key:${keyId}` : `user:${userId}`,
        userId,
        keyId,
        sessionId: null,
        keyExpiresAt: key.expiresAt,
        service,
      },
      actor: userId === null ? `key:${key.name}` : `user:${String(key.email)}`,
    };
  }

  private async personOf(sessionToken: string): Promise<KnownUser | null> {
    const session = await readUserSession(this.database, keyHash(sessionToken));
    if (session === null) {
      return null;
    }
    const { id: sessionId, userId, email } = session;
    return {
      kind: 'user',
      principal: { id: `user:${userId}`, userId, keyId: null, sessionId, keyExpiresAt: null, service: null },
      actor: `user:${email}`,
    };
  }

  private async poolOf(secret: string): Promise<KnownCaller | null> {
    const token = await readAgentToken(this.database, keyHash(secret));
    return token === null
      ? null
      : {
          kind: 'pool',
          organizationId: token.organizationId,
          poolId: token.poolId,
          tokenId: token.id,
          actor: `pool:${token.name}`,
        };
  }

  private async agentOf(sessionId: string): Promise<KnownCaller | null> {
    const session = await readSession(this.database, sessionId);
    return session === null
      ? null
      : { kind: 'agent', sessionId, actor: `agent:${session.agentId}`, ...session };
  }
}

function buildCaller({ buildId, organizationId }: BuildClaims): BuildCaller {
  return { kind: 'build', organizationId, buildId, actor: `build:${buildId}` };
}

/** Whether the attempt is still the present one is asked where it matters: in the statement that writes. */
function taskCaller(claims: TaskClaims): KnownCaller {
  const { organizationId, workspaceId, taskId, attempt, phase } = claims;
  return { kind: 'task', organizationId, workspaceId, taskId, attempt, phase, actor: `task:${taskId}` };
}
