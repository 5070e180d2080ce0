import { addRecord, Database, type Deed } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { problemOf } from '../problems/problem.filter.js';

/** What is malformed asks for nothing, and failures of our own refuse nothing. */
const NOT_REFUSED = [400, 401, 408, 413, 415, 429];

/** Keeps that something was refused, and why. */
@Injectable()
export class Refusals {
  constructor(@Inject(Database) private readonly database: Database) {}

  async keep(deed: Deed, error: unknown): Promise<void> {
    const { status, code } = problemOf(error);
    if (status < 500 && !NOT_REFUSED.includes(status)) {
      await addRecord(this.database, deed, { outcome: 'refused', status, code });
    }
  }
}
