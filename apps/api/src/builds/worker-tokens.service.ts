import { randomBytes } from 'node:crypto';
import { Database, renewWorker } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { keyHash } from '../secrets/key-hash.js';

/** Of 64 characters, each as likely: 32 of them hold 192 bits. */
export function newWorkerToken(): string {
  return randomBytes(24).toString('base64url');
}

/** A worker's tokens: a further one with every sign of life that the protocol calls a heartbeat. */
@Injectable()
export class WorkerTokens {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** A further token, and a sign of life. */
  async renew(workerId: string): Promise<string> {
    const token = newWorkerToken();
    await renewWorker(this.database, workerId, keyHash(token));
    return token;
  }
}
