import type { UserCaller } from '../auth/caller.js';
import { ProblemError } from '../problems/problem-error.js';

/** Somebody with so many tabs open has forgotten most of them. */
const PER_PERSON = 30;
const PER_PROCESS = 2_000;
const RETRY_SECONDS = 10;

/** How many streams there may be, of one person or service and in all. */
export class StreamSeats {
  private readonly taken = new Map<string, number>();
  private all = 0;

  get count(): number {
    return this.all;
  }

  /** @throws ProblemError 429 */
  take({ principal: { id } }: Pick<UserCaller, 'principal'>): void {
    const own = this.taken.get(id) ?? 0;
    if (own >= PER_PERSON || this.all >= PER_PROCESS) {
      const what =
        own >= PER_PERSON
          ? `${PER_PERSON} streams open at this process`
          : 'too many others have streams open here';
      throw new ProblemError(
        429,
        'TOO_MANY_STREAMS',
        `you have ${own >= PER_PERSON ? what : `to wait: ${what}`}; close pages that you do not need, or come again`,
        { retryAfter: RETRY_SECONDS },
      );
    }
    this.taken.set(id, own + 1);
    this.all += 1;
  }

  giveBack({ principal: { id } }: Pick<UserCaller, 'principal'>): void {
    const own = (this.taken.get(id) ?? 1) - 1;
    this.all -= 1;
    if (own === 0) {
      this.taken.delete(id);
    } else {
      this.taken.set(id, own);
    }
  }
}
