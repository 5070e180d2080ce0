import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure, Loading } from './surface.js';
import surface from './surface.module.css';

export interface Column<Item> {
  readonly name: string;
  readonly cell: (item: Item) => ReactNode;
}

interface TableProps<Item> {
  readonly items: readonly Item[];
  readonly columns: readonly Column<Item>[];
  readonly keyOf: (item: Item) => string;
}

/** Rows with their cells in columns; where there is no room for columns, each cell under its name. */
export function Table<Item>({ items, columns, keyOf }: TableProps<Item>) {
  return (
    <div className={surface.tableScroll}>
      <table className={surface.table}>
        <thead>
          <tr>
            {columns.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={keyOf(item)}>
              {columns.map(({ name, cell }) => (
                <td key={name} data-name={name}>
                  <div>{cell(item)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface DataTableProps<Item> extends Omit<TableProps<Item>, 'items'> {
  readonly query: Pick<UseQueryResult<readonly Item[]>, 'data' | 'error' | 'refetch'>;
  /** What stands there where there is nothing: what that means, and what to do. */
  readonly empty: ReactNode;
}

/** What was read as a table, or why there is none. */
export function DataTable<Item>({ query, columns, keyOf, empty }: DataTableProps<Item>) {
  const { data, error, refetch } = query;
  if (data === undefined) {
    return error === null ? <Loading /> : <Failure error={error} onRetry={() => void refetch()} />;
  }
  return data.length === 0 ? empty : <Table items={data} columns={columns} keyOf={keyOf} />;
}
