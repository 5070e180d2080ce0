import type { Statement } from './statement.js';

/** Runs SQL and gives the rows. */
export interface Sql {
  rows<R extends object>(statement: string | Statement, params?: readonly unknown[]): Promise<R[]>;

  /**
   * The item's own result. What is asked of one transaction in the same turn of the event loop is done together: a statement
   * for each of many rows costs more than all that it does to its row.
   */
  together<I, O>(deed: Together<I, O>, item: I): Promise<O>;
}

/** Something that is done to many items at the price of one. One and the same object each time: by it they are gathered. */
export interface Together<I, O> {
  /** Gives a result for each, in their order. */
  readonly work: (sql: Sql, items: readonly I[]) => Promise<readonly O[]>;
}
