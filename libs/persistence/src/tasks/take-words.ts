import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { toEntity, type RawRow } from '../rows.js';
import { spokenFor, type Speaker } from '../speaker.js';
import { prepared } from '../statement.js';
import { lockTaskOf } from './lock-task.js';

/** What an agent says of a task of its own: how it ended, or that it is not taken. */
export interface Word<R = unknown> {
  readonly by: Speaker;
  readonly taskId: string;
  /** What it needs beside the task, read in one packet with it. */
  readonly read?: (sql: Sql) => Promise<R>;
  /**
   * What becomes of the task, locked with its lane; null where the session may not speak for it. Gives the task as it is
   * then, and null where the word is stale.
   */
  readonly take: (sql: Sql, task: TaskRow | null, read: R) => Promise<TaskRow | null>;
}

/** A word among others, of which each has read what it needs itself. */
export function word<R>(one: Word<R>): Word {
  return one as Word;
}

/** Somebody else has the task or its lane for now: `takeWord` waits for them. */
export const TASK_IS_HELD = 'held';

const LANES = prepared(
  `select id from workspaces where id in (select workspace_id from tasks where id = any($1::uuid[]))
   order by id for no key update skip locked`,
);
const TASKS = prepared(
  `select t.* from unnest($1::uuid[], $2::text[], $3::uuid[]) as word(task_id, agent_id, session_id)
   join tasks t on t.id = word.task_id and ${spokenFor('t', { agent: 'word.agent_id', session: 'word.session_id' })}
   order by t.id for no key update of t skip locked`,
);
/** A batch that waited would make all results wait: what somebody has for longer is waited for by the one word that needs it. */
const SHORT_WAIT = 'set local lock_timeout = 500';
/** They are counted at the commit, in whichever order slots were freed: taken in one order here, no two wait for each other. */
const ROOMS = prepared(
  'select 1 from agent_rooms where agent_id = any($1::text[]) order by agent_id for no key update',
);

/**
 * Takes the words of many tasks, at most one of each, in one transaction; their statements go out together. Where anything
 * is wrong with one of them, nothing is done. Gives for each what `take` gave, or that it has to be taken by itself.
 */
export async function takeWords(
  database: Database,
  words: readonly Word[],
): Promise<(TaskRow | typeof TASK_IS_HELD | null)[]> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const ids = words.map(({ taskId }) => taskId);
    const agents = words.map(({ by }) => by.agentId);
    const [, lanes, rows, reads] = await Promise.all([
      sql.rows(SHORT_WAIT),
      sql.rows<{ id: string }>(LANES, [ids]),
      sql.rows<RawRow>(TASKS, [ids, agents, words.map(({ by }) => by.sessionId)]),
      Promise.all(words.map(async ({ read }) => read?.(sql))),
    ]);
    const locked = new Set(lanes.map(({ id }) => id));
    const tasks = new Map(
      rows
        .map((row) => toEntity<TaskRow>(row))
        .filter(({ workspaceId }) => workspaceId === null || locked.has(workspaceId))
        .map((task) => [task.id, task]),
    );
    // Of a transaction that has failed nobody may say anything more, so all are waited for.
    const taken = await Promise.allSettled(
      words.map(async ({ taskId, take }, index) => {
        const task = tasks.get(taskId);
        return task === undefined ? TASK_IS_HELD : take(sql, task, reads[index]);
      }),
    );
    const failed = taken.find((one) => one.status === 'rejected');
    if (failed !== undefined) {
      throw failed.reason;
    }
    // It leaves with the commit, which fails where it does.
    sql.rows(ROOMS, [agents]).catch(() => undefined);
    return taken.map((one) => (one.status === 'fulfilled' ? one.value : null));
  });
}

/** The same for one of them; waits for the task. */
export async function takeWord(
  database: Database,
  { by, taskId, read, take }: Word,
): Promise<TaskRow | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const [task, facts] = await Promise.all([lockTaskOf(sql, by, taskId), read?.(sql)]);
    return take(sql, task, facts);
  });
}
