import { spokenFor, type Speaker } from '../speaker.js';
import type { Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { toEntity, type RawRow } from '../rows.js';
import { prepared } from '../statement.js';

const LANE_OF_TASK = prepared(
  'select 1 from workspaces where id = (select workspace_id from tasks where id = $1) for no key update',
);
const TASK = prepared('select * from tasks where id = $1 for no key update');
const TASK_OF_SPEAKER = prepared(
  `select * from tasks t where id = $1 and ${spokenFor('t', { agent: '$2', session: '$3' })} for no key update of t`,
);

/**
 * The task, locked with its workspace's lane until the transaction ends. Rows are locked in one order everywhere,
 * agent, workspace, task, slot, so that two verbs never wait for each other.
 */
export async function lockTask(sql: Sql, taskId: string): Promise<TaskRow | null> {
  const [, [row]] = await Promise.all([sql.rows(LANE_OF_TASK, [taskId]), sql.rows<RawRow>(TASK, [taskId])]);
  return row === undefined ? null : toEntity<TaskRow>(row);
}

/** The same for what an agent says of it. Null too where the session may not speak for the task. */
export async function lockTaskOf(
  sql: Sql,
  { agentId, sessionId }: Speaker,
  taskId: string,
): Promise<TaskRow | null> {
  const [, [row]] = await Promise.all([
    sql.rows(LANE_OF_TASK, [taskId]),
    sql.rows<RawRow>(TASK_OF_SPEAKER, [taskId, agentId, sessionId]),
  ]);
  return row === undefined ? null : toEntity<TaskRow>(row);
}
