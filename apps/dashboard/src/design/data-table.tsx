import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure, Loading } from './surface.js';
import surface from './surface.module.css';

export interface Column<Item> {
  readonly name: string;
  readonly cell: (item: Item) => ReactNode;
}

interface DataTableProps<Item> {
  readonly query: Pick<UseQueryResult<readonly Item[]>, 'data' | 'error' | 'refetch'>;
  readonly columns: readonly Column<Item>[];
  readonly keyOf: (item: Item) => string;
  /** What stands there where there is nothing: what that means, and what to do. */
  readonly empty: ReactNode;
}

/** What was read as a table, or why there is none. */
export function DataTable<Item>({ query, columns, keyOf, empty }: DataTableProps<Item>) {
  const { data, error, refetch } = query;
  if (data === undefined) {
    return error === null ? <Loading /> : <Failure error={error} onRetry={() => void refetch()} />;
  }
  if (data.length === 0) {
    return empty;
  }
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
          {data.map((item) => (
            <tr key={keyOf(item)}>
              {columns.map(({ name, cell }) => (
                <td key={name}>{cell(item)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
