import { createHash } from 'node:crypto';

/** SQL that each connection parses once and then knows by its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

const known = new Map<string, Statement>();

/**
 * For the statements between a person's word and terraform's start: parsing and planning one of them anew costs more
 * than running it. Only for texts of which there are a few dozen, because each connection keeps them all.
 */
export function prepared(text: string): Statement {
  const statement = known.get(text) ?? {
    name: `berth_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`,
    text,
  };
  known.set(text, statement);
  return statement;
}

/**
 * The item of a `from` for rows that are given as JSON, each one an element of an array parameter. Not `jsonb_to_recordset`:
 * PostgreSQL takes that for a hundred rows, and reads all of a table with some thousands rather than finding so many in it by
 * its index; an array counts as ten.
 */
export function givenRows(param: string, alias: string, columns: string): string {
  return `unnest(${param}::jsonb[]) as given(one) cross join lateral jsonb_to_record(given.one) as ${alias}(${columns})`;
}
