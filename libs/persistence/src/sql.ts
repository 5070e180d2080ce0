import type { Statement } from './statement.js';

/** Runs SQL and gives the rows. */
export interface Sql {
  rows<R extends object>(statement: string | Statement, params?: readonly unknown[]): Promise<R[]>;
}
