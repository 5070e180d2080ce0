import { translatePostgresError } from './postgres-errors.js';
import type { Sql } from './sql.js';

/**
 * Does one part of a transaction so that its failure undoes it alone, is told, and leaves the rest as it is. True where it was
 * done. @throws where the database is away, or takes nothing more in this transaction
 */
export async function apart(
  sql: Sql,
  work: () => Promise<unknown>,
  failed: (error: unknown) => void,
): Promise<boolean> {
  await sql.rows('savepoint apart');
  try {
    await work();
  } catch (error) {
    await sql.rows('rollback to savepoint apart');
    failed(translatePostgresError(error));
    return false;
  }
  await sql.rows('release savepoint apart');
  return true;
}
