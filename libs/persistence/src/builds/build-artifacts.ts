import { SIMPLE_MS, type Database } from '../database.js';
import type { Speaker } from '../speaker.js';
import { lockTaskOf } from '../tasks/lock-task.js';
import { readBuildPart } from './read-builds.js';
import { OBJECT_COLUMNS, type StoredObject } from './stored-objects.js';

export interface NewArtifact {
  readonly taskId: string;
  readonly attempt: number;
  readonly by: Speaker;
  /** In the build's work directory, with `/`. */
  readonly path: string;
  readonly objectId: string;
}

/** One file that a build on an agent has left behind. False: the attempt is not the agent's (any more). */
export async function recordArtifact(database: Database, artifact: NewArtifact): Promise<boolean> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const task = await lockTaskOf(sql, artifact.by, artifact.taskId);
    if (task?.status !== 'running' || task.attempt !== artifact.attempt) {
      return false;
    }
    await sql.rows(
      `insert into build_artifacts (task_id, path, organization_id, attempt, object_id) values ($1, $2, $3, $4, $5)
       on conflict (task_id, path) do update set attempt = excluded.attempt, object_id = excluded.object_id,
         created_at = now()`,
      [artifact.taskId, artifact.path, task.organizationId, artifact.attempt, artifact.objectId],
    );
    return true;
  });
}

export interface Artifact extends StoredObject {
  readonly path: string;
  readonly createdAt: Date;
}

/** What the newest attempt has left behind, by path. */
export async function readArtifacts(database: Database, taskId: string): Promise<Artifact[]> {
  return database.rows<Artifact>(
    `select ${OBJECT_COLUMNS}, a.path, a.created_at as "createdAt"
     from build_artifacts a join stored_objects o on o.id = a.object_id join tasks t on t.id = a.task_id
     where a.task_id = $1 and a.attempt = t.attempt and o.state = 'whole' order by a.path`,
    [taskId],
  );
}

/** Steps and source of a build on an agent, still sealed. */
export interface BuildSpecification {
  readonly sealedSteps: Buffer | null;
  readonly artifacts: string[];
  readonly source: StoredObject | null;
}

/** Null: the task is no build. */
export async function readBuildSpecification(
  database: Database,
  taskId: string,
): Promise<BuildSpecification | null> {
  const [build] = await database.rows<Pick<BuildSpecification, 'sealedSteps' | 'artifacts'>>(
    'select sealed_steps as "sealedSteps", artifacts from builds where task_id = $1',
    [taskId],
  );
  return build === undefined ? null : { ...build, source: await readBuildPart(database, taskId, 'source') };
}
