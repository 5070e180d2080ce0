import { AsyncLocalStorage } from 'node:async_hooks';
import type { Sql } from '../sql.js';
import { prepared } from '../statement.js';

/** Who does something, from where, and what it is; no secret is in any of it. */
export interface Deed {
  /** Null of what a person does with their own things: that is recorded in each of their organizations. */
  readonly organizationId: string | null;
  readonly actor: string;
  readonly principal: string | null;
  readonly sessionId: string | null;
  readonly apiKeyId: string | null;
  readonly address: string;
  readonly userAgent: string;
  readonly requestId: string;
  /** The operation's id in the OpenAPI document. */
  readonly operation: string;
  objectType: string;
  objectId: string;
  objectName: string | null;
  before: unknown;
  after: unknown;
}

/** How it ended; a refusal says why. */
export type Outcome =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'refused'; readonly status: number; readonly code: string };

/** A deed whose record is written by the first transaction that changes anything, and by none after it. */
export interface Recording {
  readonly deed: Deed;
  written: boolean;
}

const present = new AsyncLocalStorage<Recording>();

/** Whatever `work` changes is recorded with the change. */
export async function recorded<T>(recording: Recording, work: () => Promise<T>): Promise<T> {
  return present.run(recording, work);
}

/** What is being recorded, and has no record yet. */
export function openRecording(): Recording | undefined {
  const recording = present.getStore();
  return recording?.written === false ? recording : undefined;
}

/** Does what belongs to no deed: it only keeps the books of one. */
export async function unrecorded<T>(work: () => Promise<T>): Promise<T> {
  return present.exit(work);
}

/** The deed was done, and recorded, before. */
export function doneBefore(): void {
  const recording = present.getStore();
  if (recording !== undefined) {
    recording.written = true;
  }
}

/** Says what the deed is done to, once that is known; nothing where nothing is recorded. */
export function tell(
  facts: Partial<Pick<Deed, 'objectType' | 'objectId' | 'objectName' | 'before' | 'after'>>,
): void {
  Object.assign(present.getStore()?.deed ?? {}, facts);
}

const COLUMNS = `organization_id, actor, principal, session_id, api_key_id, address, user_agent, request_id, operation,
  object_type, object_id, object_name, before, after, outcome, status, code`;
const VALUES = `organization.id, $2, $3, $4::uuid, $5::uuid, $6, $7, $8, $9, $10, $11, $12, $13::jsonb, $14::jsonb, $15, $16::int, $17`;

/** Once; of what a person does with their own things once for each of their organizations, or for none. */
const WHERE = `from (
    select $1::uuid as id where $1 is not null
    union all select m.organization_id from person p left join members m on m.user_id = p.id where $1 is null
  ) as organization`;
const WITH_PERSON = `with person as (select case when $3 like 'user:%' then substr($3, 6)::uuid end as id)`;

/**
 * Rows that this connection has added, written or taken away; locked rows are none. It counts from some moment before the
 * transaction, so that two readings have to be compared.
 */
const CHANGED_ROWS = `select coalesce(sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
  + pg_stat_get_xact_tuples_deleted(oid)), 0)::bigint as changed
  from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`;
const CHANGED_SO_FAR = prepared(CHANGED_ROWS);
const IF_CHANGED = prepared(
  `${WITH_PERSON} insert into audit_records (${COLUMNS}) select ${VALUES} ${WHERE} where (${CHANGED_ROWS}) > $18::bigint returning id`,
);
const ALWAYS = prepared(`${WITH_PERSON} insert into audit_records (${COLUMNS}) select ${VALUES} ${WHERE}`);

/** A reading from the beginning of a transaction, to which `recordChange` compares. */
export async function changedSoFar(sql: Sql): Promise<string> {
  const [row] = await sql.rows<{ changed: string }>(CHANGED_SO_FAR);
  return row?.changed ?? '0';
}

/** Adds the record to a transaction that has changed something since then; says whether it had. */
export async function recordChange(sql: Sql, { deed }: Recording, changedBefore: string): Promise<boolean> {
  const values = [...valuesOf(deed, { outcome: 'done' }), changedBefore];
  return (await sql.rows(IF_CHANGED, values)).length > 0;
}

/**
 * A part of a statement that adds records of deeds, given as JSON in a parameter, for those whose `about` is true: for deeds
 * of several people in one transaction, of which each is known to change what it is about.
 */
export function recordsOf(given: string, about: string): string {
  return `insert into audit_records (${COLUMNS})
    select ${COLUMNS} from jsonb_to_recordset(${given}::jsonb) as deed(about text, organization_id uuid, actor text,
      principal text, session_id uuid, api_key_id uuid, address text, user_agent text, request_id text, operation text,
      object_type text, object_id text, object_name text, before jsonb, after jsonb, outcome text, status int, code text)
    where ${about}`;
}

/** A deed in one organization, for `recordsOf`. @param about what it changes */
export function doneJson({ deed }: Recording, about: string): object {
  return {
    about,
    organization_id: deed.organizationId,
    actor: deed.actor,
    principal: deed.principal,
    session_id: deed.sessionId,
    api_key_id: deed.apiKeyId,
    address: deed.address,
    user_agent: deed.userAgent,
    request_id: deed.requestId,
    operation: deed.operation,
    object_type: deed.objectType,
    object_id: deed.objectId,
    object_name: deed.objectName,
    before: deed.before,
    after: deed.after,
    outcome: 'done',
  };
}

/** Adds a record by itself: of a refusal, or of a deed that changed no row. */
export async function addRecord(sql: Sql, deed: Deed, outcome: Outcome): Promise<void> {
  await unrecorded(async () => sql.rows(ALWAYS, valuesOf(deed, outcome)));
}

function valuesOf(deed: Deed, outcome: Outcome): unknown[] {
  const json = (value: unknown): string | null =>
    value === undefined || value === null ? null : JSON.stringify(value);
  return [
    deed.organizationId,
    deed.actor,
    deed.principal,
    deed.sessionId,
    deed.apiKeyId,
    deed.address,
    deed.userAgent,
    deed.requestId,
    deed.operation,
    deed.objectType,
    deed.objectId,
    deed.objectName,
    json(deed.before),
    json(deed.after),
    outcome.outcome,
    outcome.outcome === 'refused' ? outcome.status : null,
    outcome.outcome === 'refused' ? outcome.code : null,
  ];
}
