/** The row that a list has given last: what was made before it comes after it. */
export interface Cursor {
  readonly createdAt: Date;
  readonly id: string;
}

/** Which part of a list, newest first: from its beginning or after a row, and how many rows at the most. */
export interface ListPart {
  readonly after: Cursor | null;
  readonly limit: number;
}

/** The same of a list that is ordered by a key and not by age: after this key. */
export interface KeyedListPart {
  readonly after: string | null;
  readonly limit: number;
}
