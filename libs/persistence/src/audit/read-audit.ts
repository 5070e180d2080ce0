import { BULK_MS, type Database, type Sql } from '../database.js';

/** A record as it was written. */
export interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly principal: string | null;
  readonly sessionId: string | null;
  readonly apiKeyId: string | null;
  readonly address: string;
  readonly userAgent: string;
  readonly requestId: string;
  readonly operation: string;
  readonly objectType: string;
  readonly objectId: string;
  readonly objectName: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly outcome: 'done' | 'refused';
  readonly status: number | null;
  readonly code: string | null;
}

export interface AuditFilter {
  readonly organizationId: string;
  readonly actor: string | null;
  readonly operation: string | null;
  readonly objectType: string | null;
  /** Its id or its name. */
  readonly object: string | null;
  readonly outcome: 'done' | 'refused' | null;
  readonly since: Date | null;
  readonly until: Date | null;
}

/** Of the organization, newest first, before the record of that id. */
export async function listAuditRecords(
  sql: Sql,
  filter: AuditFilter,
  { before, limit }: { readonly before: string | null; readonly limit: number },
): Promise<AuditRow[]> {
  return sql.rows<AuditRow>(
    `select id::text, at, actor, principal, session_id as "sessionId", api_key_id as "apiKeyId", address,
       user_agent as "userAgent", request_id as "requestId", operation, object_type as "objectType",
       object_id as "objectId", object_name as "objectName", before, after, outcome, status, code
     from audit_records
     where organization_id = $1 and ($2::bigint is null or id < $2)
       and ($3::text is null or actor = $3) and ($4::text is null or operation = $4)
       and ($5::text is null or object_type = $5) and ($6::text is null or object_id = $6 or object_name = $6)
       and ($7::text is null or outcome = $7)
       and ($8::timestamptz is null or at >= $8) and ($9::timestamptz is null or at < $9)
     order by audit_records.id desc limit $10`,
    [
      filter.organizationId,
      before,
      filter.actor,
      filter.operation,
      filter.objectType,
      filter.object,
      filter.outcome,
      filter.since,
      filter.until,
      limit,
    ],
  );
}

/** Takes away up to `limit` records that are older than so many days; gives how many. */
export async function endAuditRecords(database: Database, keepDays: number, limit: number): Promise<number> {
  return database.transaction(BULK_MS, async (sql) => {
    await sql.rows("set local berth.audit_retention = 'on'");
    const ended = await sql.rows(
      `delete from audit_records where id in (
         select id from audit_records where at < now() - $1::int * interval '1 day' order by at limit $2)
       returning id`,
      [keepDays, limit],
    );
    return ended.length;
  });
}
