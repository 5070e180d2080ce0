import type { ReactNode } from 'react';
import { Ago, Lasting } from '../design/time.js';
import { ChangesInShort } from './changes.js';
import type { Run } from './queries.js';
import { RunLink, titleOf } from './run-link.js';
import styles from './runs.module.css';
import { StatusBadge } from './status-badge.js';
import { actorInWords, operationInWords } from './status.js';

interface RunListProps {
  readonly runs: readonly Run[];
  /** What stands before a run: the box that chooses it. */
  readonly before?: (run: Run) => ReactNode;
  /** Whether the workspace is told by the page already. */
  readonly ofOneWorkspace?: boolean;
}

/** Runs as rows: what, where, by whom, how far, and why one waits. */
export function RunList({ runs, before, ofOneWorkspace = false }: RunListProps) {
  return (
    <ul className={styles.list}>
      {runs.map((run) => (
        <li key={run.id} className={styles.item} data-checkable={before !== undefined}>
          {before?.(run)}
          <div>
            <div className={styles.title}>
              <RunLink run={run} row>
                {titleOf(run)}
              </RunLink>
            </div>
            <div className={styles.about}>
              {ofOneWorkspace ? null : (
                <span>
                  {run.workspace?.name ?? `build${run.platform === null ? '' : ` for ${run.platform}`}`}
                </span>
              )}
              <span>{operationInWords(run.operation)}</span>
              {run.createdBy === null ? null : <span>by {actorInWords(run.createdBy)}</span>}
              <Ago at={run.createdAt} />
              {run.startedAt === null ? null : (
                <span>
                  <Lasting from={run.startedAt} to={run.finishedAt} />
                </span>
              )}
            </div>
            <Why run={run} />
          </div>
          <div className={styles.side}>
            {run.changes === null ? null : <ChangesInShort changes={run.changes} />}
            <StatusBadge status={run.status} />
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Why it waits, or went wrong. */
function Why({ run }: { readonly run: Run }) {
  if (run.waiting !== null && run.status !== 'apply_pending') {
    return <div className={styles.about}>{run.waiting.message}</div>;
  }
  if (run.status === 'failed' && run.error !== null) {
    const [first = ''] = run.error.message.split('\n', 1);
    return <div className={styles.about}>{first}</div>;
  }
  return null;
}
