import type { WaitingFacts } from '@berth/domain';
import { SIMPLE_MS, type Database } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { prepared } from '../statement.js';
import { insertTasks, type AskedTask } from './create-task.js';
import { readWaitingFacts } from './read-waiting-facts.js';

export interface CreatedTask {
  readonly row: TaskRow;
  /** What it waits for. */
  readonly facts: WaitingFacts | undefined;
}

/** Whoever holds a lane for longer is waited for by the one task that needs it, by itself. */
const SHORT_WAIT = 'set local lock_timeout = 200';
const LANES = prepared('select 1 from workspaces where id = any($1::uuid[]) order by id for no key update');

/**
 * Adds what was asked for by many callers in one transaction, and that in one packet. Null for one that exists already, or
 * whose workspace does not: `createTask` tells which. Where anything is wrong with one of them, nothing is done.
 */
export async function createTasks(
  database: Database,
  asked: readonly AskedTask[],
): Promise<(CreatedTask | null)[]> {
  const ids = asked.map(({ task }) => task.id);
  // One that is asked for twice is the same task; the second one finds the first.
  const each = asked.filter(({ task }, index) => ids.indexOf(task.id) === index);
  const [rows, facts] = await database.atOnce(SIMPLE_MS, async (sql) => {
    const [, , created, waiting] = await Promise.all([
      sql.rows(SHORT_WAIT),
      sql.rows(LANES, [asked.map(({ task }) => task.workspaceId)]),
      insertTasks(sql, each),
      readWaitingFacts(sql, ids),
    ]);
    return [created, waiting];
  });
  return asked.map(({ task, recording }, index) => {
    const row = rows.get(task.id);
    if (row === undefined || ids.indexOf(task.id) !== index) {
      return null;
    }
    if (recording !== null) {
      recording.written = true;
    }
    return { row, facts: facts.get(task.id) };
  });
}
