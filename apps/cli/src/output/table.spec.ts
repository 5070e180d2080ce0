import { describe, expect, it } from '@jest/globals';
import { tableLines, textWidth, type Column } from './table.js';

interface Row {
  readonly name: string;
  readonly size: string;
}
const COLUMNS: readonly Column<Row>[] = [
  { title: 'name', of: ({ name }) => name },
  { title: 'size', of: ({ size }) => size, align: 'right', paint: (text) => `<${text}>` },
];
const ROWS = [
  { name: 'a', size: '1' },
  { name: '港湾', size: '12345' },
];

describe('a table', () => {
  it('puts every column below its title, as wide as its widest cell', () => {
    expect(tableLines(ROWS, COLUMNS, 80)).toEqual(['NAME   SIZE', 'a     <    1>', '港湾  <12345>']);
  });

  it('is a list for each row where the terminal is too narrow', () => {
    expect(tableLines(ROWS, COLUMNS, 10)).toEqual([
      'name  a',
      'size  <1>',
      '',
      'name  港湾',
      'size',
      '  <12345>',
    ]);
  });

  it('loses the columns that may go before that', () => {
    const more = [
      { title: 'first', of: () => '1' },
      ...COLUMNS,
      { title: 'late', of: () => '2', goes: 2 },
      { title: 'early', of: () => '3', goes: 1 },
    ];
    expect(tableLines(ROWS, more, 25)[0]).toBe('FIRST  NAME   SIZE  LATE');
    expect(tableLines(ROWS, more, 20)[0]).toBe('FIRST  NAME   SIZE');
    expect(tableLines(ROWS, more, 12).join(' ')).toContain('early  3');
  });

  it('counts what takes two places, and what takes none', () => {
    expect([
      textWidth('abc'),
      textWidth('港'),
      textWidth('e\u0301'),
      textWidth('\u001b[31mx\u001b[0m'),
    ]).toEqual([3, 2, 1, 1]);
  });
});
