import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { MachineToken } from '@berth/contracts';
import { Database, extendLease, noteWorkerAlive, openToMachine, readOwnedBuild } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { API_ENV, type ApiEnv } from '../env.js';
import { isUuid } from '../paging.js';
import { ProblemError } from '../problems/problem-error.js';
import { keyHash } from '../secrets/key-hash.js';
import { deriveKey } from '../secrets/cipher.js';
import { DataKeys } from '../secrets/data-keys.js';

/** A machine boots for minutes, and not for half an hour. */
const PASSWORD_SECONDS = 1_800;
const TOKEN_SECONDS = 86_400;

/**
 * The passwords of builds' machines. One is derived from the attempt that it opens: a worker that asks again, because the
 * reply of before was lost, is told the same one, and none is stored. Its 192 bits are the bound on guessing: a count of
 * wrong guesses would let anybody lock a machine out.
 */
@Injectable()
export class MachinePasswords {
  private readonly key: Buffer;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(DataKeys) keys: DataKeys,
  ) {
    this.key = deriveKey(keys.root, 'build machine');
  }

  passwordOf({ taskId, attempt }: { readonly taskId: string; readonly attempt: number }): string {
    return createHmac('sha256', this.key)
      .update(`${taskId} ${attempt}`)
      .digest()
      .subarray(0, 24)
      .toString('base64url');
  }

  /** A token for the password, once. @throws ProblemError 401 */
  async exchange(taskId: string, password: string): Promise<MachineToken> {
    const build = isUuid(taskId) ? await readOwnedBuild(this.database, taskId) : null;
    const right = this.passwordOf(build ?? { taskId: '', attempt: 0 });
    // Of hashes, so that lengths differ never.
    const matches = timingSafeEqual(keyHash(password), keyHash(right));
    if (build === null || !matches) {
      throw refused();
    }
    const token = `vm_${randomBytes(24).toString('base64url')}`;
    const expiresAt = await openToMachine(this.database, build, {
      tokenHash: keyHash(token),
      seconds: TOKEN_SECONDS,
      withinSeconds: PASSWORD_SECONDS,
    });
    if (expiresAt === null) {
      throw refused();
    }
    // The machine has booted: it is given its time to fetch what it builds of.
    await noteWorkerAlive(this.database, build.agentId);
    await extendLease(this.database, build, this.env.BERTH_BUILD_START_SECONDS);
    return { vm_token: token, expires_at: expiresAt.toISOString() };
  }
}

/** The same for every reason: whoever has no key is not told which builds there are. */
function refused(): ProblemError {
  return new ProblemError(
    401,
    'UNAUTHORIZED',
    'this password opens nothing: it is wrong, was used, or its assignment is over',
  );
}
