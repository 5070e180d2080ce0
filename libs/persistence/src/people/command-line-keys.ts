import type { Sql } from '../sql.js';

/** A key that a command line got, and whose it is. */
export interface CommandLineKey {
  readonly keyId: string;
  readonly name: string;
  readonly userId: string;
  readonly email: string;
}

/** Adds its record to the transaction that makes it: who it is for is found there. */
export type RecordKey = (sql: Sql, key: CommandLineKey) => Promise<void>;
