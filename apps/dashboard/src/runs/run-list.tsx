import type { ReactNode } from 'react';
import { Ago, Lasting } from '../design/time.js';
import { ChangesInShort } from './changes.js';
import type { Run } from './queries.js';
import { RunLink, titleOf } from './run-link.js';
import styles from './runs.module.css';
import { StatusBadge } from './status-badge.js';
import { actorInWords, operationInWords } from './status.js';
import { whyInWords } from './waiting.js';

interface RunListProps {
  readonly runs: readonly Run[];
  /** What stands before a run: the box that chooses it. */
  readonly before?: (run: Run) => ReactNode;
  /** Whether the workspace is told by the page already. */
  readonly ofOneWorkspace?: boolean;
}

/** Runs as rows: how far, what, where, by whom, why one waits, how much it changes and when. */
export function RunList({ runs, before, ofOneWorkspace = false }: RunListProps) {
  return (
    <ul className={styles.list}>
      {runs.map((run) => (
        <li key={run.id} className={styles.item} data-checkable={before !== undefined}>
          {before?.(run)}
          <div className={styles.status}>
            <StatusBadge status={run.status} />
          </div>
          <div className={styles.what}>
            <div className={styles.title}>
              <RunLink run={run} row>
                {titleOf(run)}
              </RunLink>
            </div>
            <div className={styles.about}>
              {ofOneWorkspace || run.workspace === null ? null : <strong>{run.workspace.name}</strong>}
              <span>
                {operationInWords(run.operation)}
                {run.platform === null ? '' : ` for ${run.platform}`}
              </span>
              {run.createdBy === null ? null : <span>by {actorInWords(run.createdBy)}</span>}
            </div>
            <Why run={run} />
          </div>
          <div className={styles.changed}>
            {run.changes === null ? null : <ChangesInShort changes={run.changes} />}
          </div>
          <div className={styles.when}>
            <Ago at={run.createdAt} />
            <HowLong run={run} />
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Why it waits, or went wrong. */
function Why({ run }: { readonly run: Run }) {
  if (run.waiting !== null && run.status !== 'apply_pending') {
    return <div className={styles.about}>{whyInWords(run.waiting)}</div>;
  }
  if (run.status === 'failed' && run.error !== null) {
    const [first = ''] = run.error.message.split('\n', 1);
    return <div className={styles.fault}>{first}</div>;
  }
  return null;
}

/** How long it took, or lasts; of a plan that waits, how long a person has had. */
function HowLong({ run }: { readonly run: Run }) {
  const planned = run.phases.plan?.finishedAt ?? null;
  if (run.status === 'apply_pending' && planned !== null) {
    return (
      <span>
        waits <Lasting from={planned} to={null} />
      </span>
    );
  }
  return run.startedAt === null ? null : (
    <span>
      {run.finishedAt === null ? 'for ' : 'took '}
      <Lasting from={run.startedAt} to={run.finishedAt} />
    </span>
  );
}
