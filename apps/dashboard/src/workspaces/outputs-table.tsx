import { Copy } from '../design/copy.js';
import { Table } from '../design/data-table.js';
import { Empty } from '../design/surface.js';
import surface from '../design/surface.module.css';

interface Output {
  readonly sensitive: boolean;
  readonly value?: unknown;
}

/** Outputs by name; those that are sensitive say so and no more. */
export function OutputsTable({ outputs }: { readonly outputs: Readonly<Record<string, Output>> }) {
  const names = Object.keys(outputs).sort();
  if (names.length === 0) {
    return <Empty title="There are no outputs" />;
  }
  return (
    <Table
      items={names}
      keyOf={(name) => name}
      columns={[
        { name: 'Name', cell: (name) => <code>{name}</code> },
        {
          name: 'Value',
          cell: (name) =>
            outputs[name]?.sensitive === true ? (
              <em className={surface.quiet}>sensitive</em>
            ) : (
              <pre>{textOf(outputs[name])}</pre>
            ),
        },
        {
          name: 'Copy',
          cell: (name) =>
            outputs[name]?.sensitive === true ? null : <Copy text={textOf(outputs[name])} what={name} />,
        },
      ]}
    />
  );
}

function textOf(output: Output | undefined): string {
  return typeof output?.value === 'string' ? output.value : JSON.stringify(output?.value, null, 2);
}
