import type { Database, Sql } from '../database.js';
import type { DeadLetterRow } from '../entities/index.js';
import type { ListPart } from '../page.js';
import { toEntity, type RawRow } from '../rows.js';

/** A letter without its content, which may be large. */
export type DeadLetterHead = Omit<DeadLetterRow, 'content' | 'headers'>;

const HEAD = `id, organization_id, task_id, attempt, source, message_id, message_type, routing_key, reason, size_bytes,
  first_at, replayed_at, discarded_at, created_at`;
/** What nobody can be said to own is shown to those who run the platform. */
const VISIBLE = `(organization_id = $1 or (organization_id is null
  and exists (select 1 from organizations where organizations.id = $1 and name = 'default')))`;
const IN_STATE = {
  open: 'replayed_at is null and discarded_at is null',
  replayed: 'replayed_at is not null',
  discarded: 'discarded_at is not null',
} as const;

/** Those in a state that the organization may see, newest first. */
export async function listDeadLetters(
  database: Database,
  organizationId: string,
  state: keyof typeof IN_STATE,
  { after, limit }: ListPart,
): Promise<DeadLetterHead[]> {
  const rows = await database.rows<RawRow>(
    `select ${HEAD} from dead_letters
     where ${VISIBLE} and ${IN_STATE[state]}
       and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
     order by created_at desc, id desc limit $4`,
    [organizationId, after?.createdAt ?? null, after?.id ?? null, limit],
  );
  return rows.map((row) => toEntity<DeadLetterHead>(row));
}

/** Null: there is none that the organization may see. */
export async function readDeadLetter(
  sql: Sql,
  organizationId: string,
  id: string,
): Promise<DeadLetterRow | null> {
  const [row] = await sql.rows<RawRow>(`select * from dead_letters where ${VISIBLE} and id = $2`, [
    organizationId,
    id,
  ]);
  return row === undefined ? null : toEntity<DeadLetterRow>(row);
}

/** Those of them that are open, whosesoever they are. */
export async function readOpenDeadLetters(sql: Sql, ids: readonly string[]): Promise<DeadLetterHead[]> {
  const rows = await sql.rows<RawRow>(
    `select ${HEAD} from dead_letters where id = any($1::uuid[]) and ${IN_STATE.open}`,
    [ids],
  );
  return rows.map((row) => toEntity<DeadLetterHead>(row));
}
