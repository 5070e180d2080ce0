import { isStorable, type Page, type PageQuery } from '@berth/contracts';
import type { Cursor, IdOrName, KeyedListPart, ListPart } from '@berth/persistence';
import { invalidField, type ProblemError } from './problems/problem-error.js';

/**
 * The rows of one page, and one more that tells whether another page follows.
 * @throws ProblemError where the query has no cursor of ours
 */
export function listPart(query: PageQuery): ListPart {
  return { after: cursorOf(query), limit: query.limit + 1 };
}

function cursorOf(query: PageQuery): Cursor | null {
  if (query.cursor === undefined) {
    return null;
  }
  const [createdAt = '', id = ''] = Buffer.from(query.cursor, 'base64url').toString('utf8').split('|');
  const time = new Date(/^\d{4}-/.test(createdAt) ? createdAt : Number.NaN);
  // PostgreSQL has no year 0, and times of rows come after 1970 in any case.
  if (Number.isNaN(time.getTime()) || time.getTime() < 0 || !isUuid(id)) {
    throw notOurs();
  }
  return { createdAt: time, id };
}

function notOurs(): ProblemError {
  return invalidField('cursor', 'must be a nextCursor that a list call has given');
}

/** The page of the rows that `listPart` asks for. */
export function pageOfRows<R extends Cursor, T>(
  rows: readonly R[],
  limit: number,
  toJson: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor =
    rows.length > limit && last !== undefined
      ? Buffer.from(`${last.createdAt.toISOString()}|${last.id}`).toString('base64url')
      : null;
  return { items: shown.map(toJson), nextCursor };
}

/** The same as `listPart` of a list that is ordered by a key. @throws ProblemError 400 */
export function keyedListPart({ cursor, limit }: PageQuery): KeyedListPart {
  const after = cursor === undefined ? null : Buffer.from(cursor, 'base64url').toString('utf8');
  if (after !== null && !isStorable(after)) {
    throw notOurs();
  }
  return { after, limit: limit + 1 };
}

/** The page of the rows that `keyedListPart` asks for. */
export function pageByKey<R, T>(
  rows: readonly R[],
  limit: number,
  key: (row: R) => string,
  toJson: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor =
    rows.length > limit && last !== undefined ? Buffer.from(key(last)).toString('base64url') : null;
  return { items: shown.map(toJson), nextCursor };
}

/** Ids are opaque to callers; here, one that is no UUID names nothing, and must not reach the database as one. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** What a person calls a thing that has both. */
export function idOrName(text: string): IdOrName {
  return isUuid(text) ? { id: text } : { name: text };
}
