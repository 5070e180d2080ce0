/** A row as SQL gives it, with snake_case columns. */
export type RawRow = Record<string, unknown>;

/** The row as the entity of it. */
export function toEntity<E>(row: RawRow): E {
  const entity: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(row)) {
    entity[propertyOf(column)] = value;
  }
  return entity as E;
}

/** There are as many as the schema has columns. */
const properties = new Map<string, string>();

function propertyOf(column: string): string {
  let property = properties.get(column);
  if (property === undefined) {
    property = column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    properties.set(column, property);
  }
  return property;
}

/** `createdAt` as `created_at`. */
export function columnOf(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
