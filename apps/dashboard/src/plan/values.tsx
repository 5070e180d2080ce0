import { diffLines } from 'diff';
import { useMemo, useState } from 'react';
import { Button } from '../design/button.js';
import type { AttributeRow, Shown } from './attributes.js';
import styles from './plan.module.css';

/** Longer ones begin shortened, with a way to the rest beside them. */
const SHORT = 300;
/** A comparison that takes longer gives up, and both texts stand side by side. */
const DIFF_MS = 200;

/** A value as it is; what is secret, not known yet or not there says so. */
export function Value({ shown }: { readonly shown: Shown }) {
  const [whole, setWhole] = useState(false);
  const { kind, text } = shown;
  if (kind === 'absent') {
    return (
      <span className={styles.value} data-kind={kind}>
        none
      </span>
    );
  }
  const cut = !whole && text.length > SHORT;
  return (
    <>
      <span className={styles.value} data-kind={kind}>
        {cut ? text.slice(0, SHORT) : text === '' ? '""' : text}
      </span>
      {cut ? (
        <>
          …{' '}
          <Button
            look="plain"
            small
            onClick={() => {
              setWhole(true);
            }}
          >
            all {text.length.toLocaleString('en')} characters
          </Button>
        </>
      ) : null}
    </>
  );
}

/** Two texts of several lines, line by line. */
export function TextDiff({ row }: { readonly row: AttributeRow }) {
  const parts = useMemo(
    () => diffLines(row.before.text, row.after.text, { timeout: DIFF_MS }),
    [row.before.text, row.after.text],
  );
  // Undefined where it has taken too long.
  if (parts === undefined) {
    return (
      <>
        <Value shown={row.before} /> → <Value shown={row.after} />
      </>
    );
  }
  return (
    <div className={styles.lines} tabIndex={0} role="group" aria-label={`Lines of ${row.path}`}>
      {parts.map(({ added, removed, value }, at) => (
        <div key={at} data-kind={added ? 'added' : removed ? 'removed' : 'same'}>
          {value
            .replace(/\n$/, '')
            .split('\n')
            .map((line) => `${added ? '+' : removed ? '−' : ' '} ${line}`)
            .join('\n')}
        </div>
      ))}
    </div>
  );
}

/** Whether a change of texts is worth a comparison line by line. */
export function hasLines({ before, after, kind }: AttributeRow): boolean {
  return (
    kind === 'changed' &&
    before.kind === 'value' &&
    after.kind === 'value' &&
    (before.text + after.text).includes('\n')
  );
}
