/** A row as SQL gives it, with snake_case columns. */
export type RawRow = Record<string, unknown>;

/** The row as the entity of it. */
export function toEntity<E>(row: RawRow): E {
  const entries = Object.entries(row).map(
    ([column, value]) =>
      [column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), value] as const,
  );
  return Object.fromEntries(entries) as E;
}

/** `createdAt` as `created_at`. */
export function columnOf(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
