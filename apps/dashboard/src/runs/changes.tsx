import type { Schemas } from '@berth/client';
import styles from './runs.module.css';

type Changes = NonNullable<Schemas['Task']['changes']>;

const KINDS = [
  ['add', '+', 'to add'],
  ['change', '~', 'to change'],
  ['destroy', '−', 'to destroy'],
  ['import', '←', 'to import'],
  ['move', '→', 'to move'],
  ['forget', '∅', 'to forget'],
  ['drift', '↻', 'to refresh'],
  ['actions', '▸', 'actions to invoke'],
] as const;

/** How much a plan does, in a row of numbers; a destroy is never left out. */
export function ChangesInShort({ changes }: { readonly changes: Changes }) {
  const shown = KINDS.filter(([kind]) => changes[kind] > 0);
  if (shown.length === 0) {
    return (
      <span className={styles.quiet}>{changes.other > 0 ? 'more than can be shown' : 'no changes'}</span>
    );
  }
  return (
    <span className={styles.changes}>
      {shown.map(([kind, sign, words]) => (
        <span key={kind} data-kind={kind} title={`${changes[kind]} ${words}`}>
          <span aria-hidden="true">
            {sign}
            {changes[kind].toLocaleString('en')}
          </span>
          <span className={styles.heard}>
            {changes[kind]} {words},{' '}
          </span>
        </span>
      ))}
    </span>
  );
}
