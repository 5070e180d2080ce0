import type { Writable } from 'node:stream';
import type { Pool, PoolClient, QueryConfig } from 'pg';
import type { DataSource, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { ChangeNotices } from './changes/change-notices.js';
import { changedSoFar, openRecording, recordChange } from './audit/recording.js';
import { Gathered } from './gathered.js';
import { isOutdatedStatement, translatePostgresError } from './postgres-errors.js';
import { SharedReads } from './shared-reads.js';
import type { Sql, Together } from './sql.js';
import type { Statement } from './statement.js';

export type { Sql, Together } from './sql.js';

/** Time limits in milliseconds: for one row or a few, and for many rows or big values. */
export const SIMPLE_MS = 5_000;
export const BULK_MS = 10_000;

/** The database as the services use it: plain reads by entity, tuned statements by SQL, changes in short transactions. */
export class Database implements Sql {
  private readonly pool: Pool;
  private readonly reads = new SharedReads(this);
  /** What was changed here, for whoever tells others of it. */
  readonly changes: ChangeNotices;
  /** Waits until so many bytes of one value may be read into memory. */
  roomFor: (bytes: number) => Promise<void> = async () => undefined;

  constructor(readonly dataSource: DataSource) {
    // TypeORM's own pool: one limit on connections for entities and statements alike.
    this.pool = (dataSource.driver as unknown as { master: Pool }).master;
    this.changes = new ChangeNotices(this.pool);
  }

  repository<E extends ObjectLiteral>(entity: EntityTarget<E>): Repository<E> {
    return this.dataSource.getRepository(entity);
  }

  /** A statement by itself. @throws DatabaseUnavailable, UniqueViolation, ReferenceGone */
  async rows<R extends object>(statement: string | Statement, params: readonly unknown[] = []): Promise<R[]> {
    if (openRecording() !== undefined && mayChange(statement)) {
      return this.transaction(BULK_MS, async (sql) => sql.rows<R>(statement, params));
    }
    try {
      const result = await this.pool.query<R>(query(statement, params));
      return result.rows;
    } catch (error) {
      throw translatePostgresError(error);
    }
  }

  /** Outside of a transaction there is nothing to be together with. */
  async together<I, O>(deed: Together<I, O>, item: I): Promise<O> {
    const [result] = await deed.work(this, [item]);
    return result as O;
  }

  /** A read of a row by its key, together with those that others ask for in this moment. @throws as `rows` */
  async readTogether<I, O>(read: Together<I, O>, item: I): Promise<O> {
    return this.reads.add(read, item);
  }

  /**
   * Begin, work, commit; any error rolls back. The server ends a statement, a wait for a lock or an idle
   * transaction after `limitMs`, so that a stuck process holds nobody up. Where a deed is being recorded, its record is
   * committed with what it changed.
   * @throws DatabaseUnavailable, UniqueViolation, ReferenceGone, and whatever `work` throws
   */
  async transaction<T>(limitMs: number, work: (sql: Sql) => Promise<T>): Promise<T> {
    let client: PoolClient;
    try {
      client = await this.pool.connect();
    } catch (error) {
      throw translatePostgresError(error);
    }
    // A connection that breaks while it is checked out emits an error that would end the process.
    const lost = (): void => undefined;
    client.on('error', lost);
    let broken: Error | undefined;
    try {
      // Sent ahead of the work's first statement, not before it: where this fails, so does everything behind it.
      sendTogether(client);
      const begun = client.query(
        `begin; set local statement_timeout = ${limitMs}; set local lock_timeout = ${limitMs}; ` +
          `set local idle_in_transaction_session_timeout = ${limitMs}; ${BY_KEYS}`,
      );
      begun.catch(() => undefined);
      const sql = transactionSql(client);
      const changed = openRecording() === undefined ? null : changedSoFar(sql);
      changed?.catch(() => undefined);
      const result = await work(sql);
      await Promise.all([begun, commit(client, sql, changed)]);
      return result;
    } catch (error) {
      this.changes.forget(client);
      broken = await client.query('rollback').then(
        // A connection that knows statements of an older schema is good for none of them again.
        () => (isOutdatedStatement(error) ? (error as Error) : undefined),
        (failure: unknown) => (failure instanceof Error ? failure : new Error(String(failure))),
      );
      throw translatePostgresError(error);
    } finally {
      client.off('error', lost);
      client.release(broken);
    }
  }

  /**
   * A transaction of statements of which none needs the result of another, all asked in one turn: they leave with its begin and
   * its commit in one packet, and rows are held for as long as the server needs. @throws as `transaction`
   */
  async atOnce<T>(limitMs: number, ask: (sql: Sql) => Promise<T>): Promise<T> {
    let asked: Promise<T> | undefined;
    try {
      await this.transaction(limitMs, async (sql) => {
        asked = ask(sql);
        asked.catch(() => undefined);
      });
    } catch (error) {
      // What has failed is told by the statement, and not by the commit behind it.
      await asked?.catch((reason: unknown) => {
        throw translatePostgresError(reason);
      });
      throw error;
    }
    return asked as Promise<T>;
  }

  /** How many connections there are, how many of them nobody uses, and how many callers wait for one. */
  get connections(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.pool;
    return { total, idle, waiting };
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }
}

/** What a transaction does it does by keys: one plan is as good for all values, and a new one costs more than the work. */
const BY_KEYS = 'set local plan_cache_mode = force_generic_plan';

/** What is asked of this connection in one turn of the event loop leaves in one packet: each costs as much as a small statement. */
function sendTogether(client: PoolClient): void {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Writable } }).connection;
  if (stream.writableCorked === 0) {
    stream.cork();
    // One tick later than what is gathered in this one.
    process.nextTick(() => {
      process.nextTick(() => {
        stream.uncork();
      });
    });
  }
}

/** @param changed of a transaction in which a deed is recorded: what had been changed when it began */
async function commit(client: PoolClient, sql: Sql, changed: Promise<string> | null): Promise<void> {
  const recording = openRecording();
  if (recording === undefined || changed === null) {
    await reallyCommit(client);
    return;
  }
  const before = await changed;
  // Sent together: where the record fails, so does the commit.
  const [written] = await Promise.all([recordChange(sql, recording, before), reallyCommit(client)]);
  recording.written ||= written;
}

/** A commit behind a statement that has failed is a rollback, and no error. */
async function reallyCommit(client: PoolClient): Promise<void> {
  sendTogether(client);
  const { command } = await client.query('commit');
  if (command === 'ROLLBACK') {
    throw new Error('a statement of the transaction has failed: it was rolled back');
  }
}

/** A statement that begins otherwise may write. */
function mayChange(statement: string | Statement): boolean {
  const text = typeof statement === 'string' ? statement : statement.text;
  return !/^\s*select\b/i.test(text);
}

function transactionSql(client: PoolClient): Sql {
  const gathered = new Gathered();
  const sql: Sql = {
    rows: async <R extends object>(statement: string | Statement, params: readonly unknown[] = []) => {
      sendTogether(client);
      const result = await client.query<R>(query(statement, params));
      return result.rows;
    },
    together: async (deed, item) => gathered.add(sql, deed, item),
  };
  return sql;
}

function query(statement: string | Statement, params: readonly unknown[]): QueryConfig {
  const values = [...params];
  return typeof statement === 'string' ? { text: statement, values } : { ...statement, values };
}
