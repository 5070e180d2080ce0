import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readLog, readLogPiece, type Database, type Sql } from '@berth/persistence';
import { Fleet } from '../support/fleet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const CHUNKS = 5_000;
const BYTES = 100;

const plain = (content: Buffer): Buffer => content;

/** What PostgreSQL says of a statement that it has run. */
interface PlanNode {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

describe('reading a log of many chunks', () => {
  let db: TestDatabase;
  let taskId: string;

  beforeAll(async () => {
    db = await testDatabase();
    const fleet = await Fleet.in(db.database);
    taskId = (await fleet.task(await fleet.workspace())).id;
    await db.database.rows(
      `insert into task_logs (task_id, organization_id, phase, attempt, size_bytes) values ($1, $2, 'plan', 1, $3)`,
      [taskId, fleet.organizationId, CHUNKS * BYTES],
    );
    await db.database.rows(
      `insert into task_log_chunks (task_id, phase, start_offset, organization_id, content)
       select $1, 'plan', n * $3, $2, convert_to(lpad(n::text, $3, '.'), 'UTF8') from generate_series(0, $4 - 1) n`,
      [taskId, fleet.organizationId, BYTES, CHUNKS],
    );
    await db.database.rows('analyze task_log_chunks');
  });

  afterAll(async () => {
    await db.drop();
  });

  /** Runs what is asked of the chunks and counts the rows that it touches. */
  function counting(): { sql: Sql; touched: () => number } {
    let touched = 0;
    const rows: Sql['rows'] = async <R extends object>(
      statement: Parameters<Sql['rows']>[0],
      params: readonly unknown[] = [],
    ) => {
      const text = typeof statement === 'string' ? statement : statement.text;
      const [told] = await db.database.rows<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `explain (analyze, format json) ${text}`,
        params,
      );
      touched += told === undefined ? 0 : rowsOf(told['QUERY PLAN'][0].Plan);
      return db.database.rows<R>(text, params);
    };
    const sql: Sql = { rows, together: async (deed, item) => db.database.together(deed, item) };
    return { sql, touched: () => touched };
  }

  it.each([
    ['its beginning', 0, '0'],
    ['its middle', 250_000, '2500'],
    ['its end', (CHUNKS - 3) * BYTES, '4997'],
  ])('touches only what is given, at %s', async (_where, offset, first) => {
    const { sql, touched } = counting();
    const place = { taskId, phase: 'plan', offset, limit: 3 * BYTES } as const;
    const { content, sizeBytes } = await readLog(sql as Database, place, plain);
    expect(content.toString()).toMatch(new RegExp(`^\\.+${first}\\.`));
    expect(content).toHaveLength(3 * BYTES);
    expect(sizeBytes).toBe(CHUNKS * BYTES);
    expect(touched()).toBeLessThan(30);
  });

  it('begins and ends within chunks where it is asked to, and gives nothing behind the end', async () => {
    const read = async (offset: number, limit: number): Promise<string> => {
      const { content } = await readLog(db.database, { taskId, phase: 'plan', offset, limit }, plain);
      return content.toString();
    };
    expect(await read(BYTES - 1, 2)).toBe('0.');
    expect(await read(7 * BYTES + 98, 103)).toBe(`.7${'.'.repeat(99)}8.`);
    expect(await read(CHUNKS * BYTES - 1, 50)).toBe('9');
    expect(await read(CHUNKS * BYTES, 50)).toBe('');
    expect(await read(0, CHUNKS * BYTES)).toHaveLength(CHUNKS * BYTES);
  });

  it('goes from piece to piece to the end, each of which touches its own chunks', async () => {
    let begin = 0;
    for (;;) {
      const { sql, touched } = counting();
      const piece = await readLogPiece(sql, { taskId, phase: 'plan', begin, limit: 100_000 }, plain);
      // A thousand chunks, by each of the few steps of the statement.
      expect(touched()).toBeLessThan(4_500);
      if (piece.length === 0) {
        break;
      }
      begin += piece.length;
    }
    expect(begin).toBe(CHUNKS * BYTES);
  });
});

function rowsOf(node: PlanNode): number {
  const own = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  return own + (node.Plans ?? []).reduce((sum, one) => sum + rowsOf(one), 0);
}
