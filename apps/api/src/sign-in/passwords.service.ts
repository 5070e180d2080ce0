import { randomBytes } from 'node:crypto';
import { Database, readUserByEmail } from '@berth/persistence';
import { FewAtOnce, NoTurn } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Buckets } from '../auth/buckets.js';
import { addressOf, tooMany } from '../auth/guesses.js';
import { ProblemError } from '../problems/problem-error.js';
import type { Person } from './deeds.js';
import { hashPassword, isPassword } from './password-hash.js';

/** Of one account from one address, of one account from anywhere, and from one address for whatever account. */
const PER_PLACE = { capacity: 5, perSecond: 1 / 30 };
const PER_ACCOUNT = { capacity: 20, perSecond: 1 / 10 };
const PER_ADDRESS = { capacity: 30, perSecond: 1 / 5 };
/** Each takes 128 MB. */
const AT_ONCE = { most: 2, waiting: 20, waitMs: 30_000 };

export type PasswordCheck =
  | { readonly is: 'right' | 'disabled' | 'wrong'; readonly person: Person }
  /** It takes as long, and the page says the same as of a wrong one. */
  | { readonly is: 'unknown' };

/** Makes and compares passwords: a few at a time, and slower for whoever guesses. */
@Injectable()
export class Passwords {
  private readonly places = new Buckets(PER_PLACE.capacity, PER_PLACE.perSecond);
  private readonly accounts = new Buckets(PER_ACCOUNT.capacity, PER_ACCOUNT.perSecond);
  private readonly addresses = new Buckets(PER_ADDRESS.capacity, PER_ADDRESS.perSecond);
  private readonly turns = new FewAtOnce(AT_ONCE);
  /** Of nothing that anybody knows, with the parameters of all others. */
  private nobodys: Promise<string> | undefined;

  constructor(@Inject(Database) private readonly database: Database) {}

  /** @throws ProblemError 429 where there were too many tries, 503 where too many come at once */
  async check(request: Request, email: string, password: string): Promise<PasswordCheck> {
    this.expectFew(request, email);
    const user = await readUserByEmail(this.database, email);
    this.nobodys ??= this.hash(randomBytes(24).toString('base64url'));
    const stored = user?.passwordHash ?? (await this.nobodys);
    const right = await this.inTurn(async () => isPassword(password, stored));
    if (user === null) {
      return { is: 'unknown' };
    }
    const person = { userId: user.id, email: user.email };
    if (!right || user.passwordHash === null) {
      return { is: 'wrong', person };
    }
    return { is: user.disabled ? 'disabled' : 'right', person };
  }

  /** @throws ProblemError 503 */
  async hash(password: string): Promise<string> {
    return this.inTurn(async () => hashPassword(password));
  }

  private expectFew(request: Request, email: string): void {
    const account = email.toLowerCase();
    const address = addressOf(request);
    const tries = [
      [this.places, `${address} ${account}`],
      [this.accounts, account],
      [this.addresses, address],
    ] as const;
    const waits = Math.max(...tries.map(([buckets, name]) => buckets.waits(name)));
    if (waits > 0) {
      throw tooMany('too many tries to sign in', waits);
    }
    for (const [buckets, name] of tries) {
      buckets.take(name);
    }
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.turns.run(work);
    } catch (error) {
      throw error instanceof NoTurn
        ? new ProblemError(503, 'BUSY', 'too many people sign in at once: try again in a moment', {
            retryAfter: 5,
          })
        : error;
    }
  }
}
