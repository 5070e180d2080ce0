import { SIMPLE_MS, type Database, type Sql } from '../database.js';

export interface NewSigningKey {
  readonly kid: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly sealedPrivateKey: Buffer;
}

export type SigningKey = Pick<NewSigningKey, 'kid' | 'sealedPrivateKey'>;
export type PublishedKey = Pick<NewSigningKey, 'kid' | 'publicJwk'>;

/** A key signs for so long, and is published this long before: whoever keeps our keys has it by then. */
const SIGNS = "interval '30 days'";
const PUBLISHED_BEFORE = "interval '1 day'";
/** Behind its last signature: no token lives longer than a day, and an hour is for clocks. */
const PUBLISHED_AFTER = "interval '25 hours'";
/** No key is there that goes on signing for longer than the next one has to be published before it does. */
const NEXT_IS_DUE = `not exists (
  select 1 from signing_keys where signs_from > clock_timestamp() - ${SIGNS} + ${PUBLISHED_BEFORE})`;
/** Nobody can have a token of it any more. */
const RETIRED = `exists (
  select 1 from signing_keys later where later.signs_from > k.signs_from
    and later.signs_from < clock_timestamp() - ${PUBLISHED_AFTER})`;

/** Of all that sign now, did so shortly ago or will soon, the oldest first. */
export async function readPublishedKeys(sql: Sql): Promise<PublishedKey[]> {
  return sql.rows<PublishedKey>(
    `select kid, public_jwk as "publicJwk" from signing_keys k where not ${RETIRED} order by signs_from, kid`,
  );
}

/** The one that every api process signs with now; null before there is one. */
export async function readSigningKey(sql: Sql): Promise<SigningKey | null> {
  const [key] = await sql.rows<SigningKey>(
    `select kid, sealed_private_key as "sealedPrivateKey" from signing_keys
     where signs_from <= clock_timestamp() order by signs_from desc, kid limit 1`,
  );
  return key ?? null;
}

/** Whether another key has to be made now. */
export async function isSigningKeyDue(sql: Sql): Promise<boolean> {
  const [answer] = await sql.rows<{ due: boolean }>(`select ${NEXT_IS_DUE} as due`);
  return answer?.due === true;
}

/** The first key signs at once, each later one a day from now. False where none is due: somebody was quicker. */
export async function addSigningKey(database: Database, key: NewSigningKey): Promise<boolean> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    // One after the other: two processes that start at once make one key.
    await sql.rows("select pg_advisory_xact_lock(hashtextextended('signing keys', 0))");
    const added = await sql.rows(
      `with added as (
         insert into signing_keys (kid, public_jwk, sealed_private_key, signs_from)
         select $1, $2, $3, clock_timestamp() + case when exists (
           select 1 from signing_keys where signs_from <= clock_timestamp()) then ${PUBLISHED_BEFORE} else interval '0' end
         where ${NEXT_IS_DUE}
         returning 1
       )
       select * from added`,
      [key.kid, JSON.stringify(key.publicJwk), key.sealedPrivateKey],
    );
    return added.length === 1;
  });
}

/** For when one was stolen: none signs or is published any more. Gives how many there were. */
export async function removeSigningKeys(sql: Sql): Promise<number> {
  return (await sql.rows('with removed as (delete from signing_keys returning 1) select * from removed'))
    .length;
}

/** Gives how many there were. */
export async function removeRetiredKeys(sql: Sql): Promise<number> {
  const removed = await sql.rows(
    `with removed as (delete from signing_keys k where ${RETIRED} returning 1) select * from removed`,
  );
  return removed.length;
}
