import type { Schemas } from '@berth/client';
import { useMemo, useState } from 'react';
import { Check } from '../design/field.js';
import { attributesOf, type AttributeRow } from './attributes.js';
import styles from './plan.module.css';
import { kindOf, reasonInWords } from './plan-model.js';
import { hasLines, TextDiff, Value } from './values.js';

type Change = Schemas['PlanResourceChange'];

/** Why a resource is changed, and its attributes before and after: the changed ones, or all. */
export function ChangeDetail({ change }: { readonly change: Change }) {
  const [all, setAll] = useState(false);
  const rows = useMemo(() => attributesOf(change), [change]);
  const changed = rows.filter(({ kind }) => kind !== 'same');
  const shown = all ? rows : changed;
  const unchanged = rows.length - changed.length;
  return (
    <div className={styles.detail}>
      <About change={change} />
      {unchanged > 0 ? (
        <Check label={`all attributes (${unchanged} stay as they are)`} checked={all} onChange={setAll} />
      ) : null}
      {shown.length === 0 ? (
        <p className={styles.tag}>
          {kindOf(change) === 'state'
            ? 'Nothing of the resource itself is changed.'
            : 'No attribute is shown.'}
        </p>
      ) : (
        <Attributes rows={shown} name={change.address} />
      )}
    </div>
  );
}

function About({ change }: { readonly change: Change }) {
  const { actions, reason, previousAddress, importing, deposed, provider } = change;
  const lines = [
    reason === null ? null : `Why: ${reasonInWords(reason)}.`,
    actions.length < 2
      ? null
      : actions[0] === 'create'
        ? 'The new one is created before the old one is destroyed.'
        : 'The old one is destroyed before the new one is created.',
    previousAddress === null ? null : `Moved from ${previousAddress}.`,
    importing === null ? null : `Imported${importing.id === null ? '' : `: ${importing.id}`}.`,
    actions.includes('forget') ? 'Forgotten: it stays where it is, and the state no longer has it.' : null,
    deposed === null ? null : `An object that an interrupted replacement has left behind (${deposed}).`,
    `Provider ${provider}`,
  ];
  return (
    <div className={styles.tag}>
      {lines
        .filter((line) => line !== null)
        .map((line) => (
          <div key={line}>{line}</div>
        ))}
    </div>
  );
}

export function Attributes({
  rows,
  name,
}: {
  readonly rows: readonly AttributeRow[];
  readonly name: string;
}) {
  return (
    <table className={styles.attributes} aria-label={`Attributes of ${name}`}>
      <thead>
        <tr>
          <th scope="col">Attribute</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.path} data-kind={row.kind}>
            <th scope="row">
              {row.path === '' ? 'value' : row.path}
              {row.forces ? <span className={styles.forces}>forces the replacement</span> : null}
            </th>
            {hasLines(row) ? (
              <td colSpan={2}>
                <TextDiff row={row} />
              </td>
            ) : (
              <>
                <td data-label="Before: ">
                  <Value shown={row.before} />
                </td>
                <td data-label="After: ">
                  <Value shown={row.after} />
                </td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
