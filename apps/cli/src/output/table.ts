import { stripVTControlCharacters } from 'node:util';

/** A column of a table: what it is called, and what it shows of a row. */
export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  readonly align?: 'right';
  /** Where the terminal is too narrow, columns go in the order of these numbers; those without one stay. */
  readonly goes?: number;
  /** Puts colours around the padded text. */
  readonly paint?: (text: string, row: Row) => string;
}

const GAP = '  ';

/** Rows below their titles; where the terminal is too narrow for them, without some columns, or each row as a list of its own. */
export function tableLines<Row>(rows: readonly Row[], all: readonly Column<Row>[], width: number): string[] {
  const columns = fitting(rows, all, width);
  if (columns === null) {
    return rows.flatMap((row, at) => [...(at === 0 ? [] : ['']), ...recordLines(row, all, width)]);
  }
  const cells = rows.map((row) => columns.map((column) => column.of(row)));
  const widths = columns.map((column) => widthOf(column, rows));
  const line = (texts: readonly string[], row?: Row): string =>
    columns
      .map((column, at) => {
        const text = padded(texts[at] ?? '', widths[at] ?? 0, column.align);
        return row === undefined ? text : (column.paint?.(text, row) ?? text);
      })
      .join(GAP)
      .trimEnd();
  const titles = line(columns.map(({ title }) => title.toUpperCase()));
  return [titles, ...rows.map((row, at) => line(cells[at] ?? [], row))];
}

/** Fewer than these say less than a list of all. */
const FEWEST = 3;

/** As many of the columns as there is room for; null where a table would have too few. */
function fitting<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  width: number,
): readonly Column<Row>[] | null {
  const needed = columns.reduce((sum, column) => sum + widthOf(column, rows) + GAP.length, -GAP.length);
  if (needed <= width) {
    return columns;
  }
  const [first] = columns
    .filter(({ goes }) => goes !== undefined)
    .sort((left, right) => (left.goes ?? 0) - (right.goes ?? 0));
  return first === undefined || columns.length <= FEWEST
    ? null
    : fitting(
        rows,
        columns.filter((column) => column !== first),
        width,
      );
}

function widthOf<Row>({ title, of }: Column<Row>, rows: readonly Row[]): number {
  return Math.max(title.length, ...rows.map((row) => textWidth(of(row))));
}

/** One row as `title  value` lines; what has no value is left out. */
export function recordLines<Row>(row: Row, columns: readonly Column<Row>[], width: number): string[] {
  const longest = Math.max(...columns.map(({ title }) => title.length));
  return columns.flatMap((column) => {
    const text = column.of(row);
    if (text === '') {
      return [];
    }
    const painted = column.paint?.(text, row) ?? text;
    const isNarrow = longest + GAP.length + textWidth(text) > width;
    return isNarrow ? [column.title, `  ${painted}`] : [`${column.title.padEnd(longest)}${GAP}${painted}`];
  });
}

function padded(text: string, width: number, align: 'right' | undefined): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'right' ? space + text : text + space;
}

/** Wide characters take two places. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) {
    width += /[\p{Mn}\p{Me}]/u.test(character) ? 0 : isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
  }
  return width;
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff)
  );
}
