import { Copy } from '../design/copy.js';
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
    <div className={surface.tableScroll}>
      <table className={surface.table}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Value</th>
            <th scope="col">
              <span className={surface.quiet}>Copy</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => {
            const output = outputs[name];
            const text =
              typeof output?.value === 'string' ? output.value : JSON.stringify(output?.value, null, 2);
            return (
              <tr key={name}>
                <td>
                  <code>{name}</code>
                </td>
                <td>
                  {output?.sensitive === true ? (
                    <em className={surface.quiet}>sensitive</em>
                  ) : (
                    <pre>{text}</pre>
                  )}
                </td>
                <td>{output?.sensitive === true ? null : <Copy text={text} what={name} />}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
