import { spokenFor, type Speaker } from '../speaker.js';
import { BULK_MS, type Database } from '../database.js';

export interface FetchedConfiguration {
  readonly by: Speaker;
  readonly taskId: string;
  readonly attempt: number;
  readonly commit: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly sealedContent: Buffer;
  readonly actor: string;
}

export interface ConfigurationOfTask {
  readonly id: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly commit: string | null;
}

/**
 * Gives the task that is planning the configuration that its agent has fetched. A task that has one keeps it, so
 * storing again changes nothing, and every later attempt runs the same commit. The same archive of the same commit is
 * stored once for a workspace, however many tasks run it. Null means stale.
 */
export async function storeFetchedConfiguration(
  database: Database,
  fetched: FetchedConfiguration,
): Promise<ConfigurationOfTask | null> {
  return database.transaction(BULK_MS, async (sql) => {
    await sql.rows(
      `with owner as (
         select id, organization_id, workspace_id, attempt, status, source from tasks t
         where id = $1 and attempt = $2 and status = 'planning' and configuration_id is null and source is not null
           and ${spokenFor('t', { agent: '$7', session: '$8' })}
         for no key update of t
       ), known as (
         select c.id from configurations c join owner o on c.workspace_id = o.workspace_id
         where c.sha256 = $3 and c.git_commit = $4 and c.git_url = o.source ->> 'url'
           and c.git_branch is not distinct from o.source ->> 'branch' and c.git_path = o.source ->> 'path'
         limit 1
       ), stored as (
         insert into configurations
           (organization_id, workspace_id, sha256, size_bytes, content, is_sealed, git_url, git_branch, git_path, git_commit)
         select organization_id, workspace_id, $3, $9, $5, true, source ->> 'url', source ->> 'branch',
           source ->> 'path', $4
         from owner where not exists (select 1 from known)
         returning id
       ), given as (
         update tasks t set configuration_id = one.id, source = t.source || jsonb_build_object('commit', $4::text)
         from (select id from known union all select id from stored) one, owner where t.id = owner.id
       )
       insert into task_events (organization_id, task_id, event, from_status, to_status, attempt, actor, message)
       select organization_id, id, 'fetch', status, status, attempt, $6, 'the configuration is commit ' || $4
       from owner`,
      [
        fetched.taskId,
        fetched.attempt,
        fetched.sha256,
        fetched.commit,
        fetched.sealedContent,
        fetched.actor,
        fetched.by.agentId,
        fetched.by.sessionId,
        fetched.sizeBytes,
      ],
    );
    const [given] = await sql.rows<ConfigurationOfTask>(
      `select c.id, c.sha256, c.size_bytes as "sizeBytes", c.git_commit as commit from tasks t join configurations c on c.id = t.configuration_id
       where t.id = $1 and t.attempt = $2 and t.status = 'planning' and ${spokenFor('t', { agent: '$3', session: '$4' })}`,
      [fetched.taskId, fetched.attempt, fetched.by.agentId, fetched.by.sessionId],
    );
    return given ?? null;
  });
}
