import { Link } from '@tanstack/react-router';
import { Notice } from '../design/surface.js';
import type { Run } from '../runs/queries.js';
import { viewFor } from './views.js';
import styles from './run.module.css';

/** The error first: what went wrong, whether trying again may help, and the way to the line that says so. */
export function WhyItFailed({ run }: { readonly run: Run }) {
  const { error } = run;
  if (error === null || (run.status !== 'failed' && run.status !== 'pending')) {
    return null;
  }
  const [first = '', ...rest] = error.message.split('\n');
  return (
    <Notice tone={run.status === 'failed' ? 'bad' : 'warn'}>
      <p>
        <strong>{run.status === 'failed' ? 'It failed' : 'The last try failed'}</strong> ({error.code}):{' '}
        {first}
      </p>
      {rest.length === 0 ? null : <pre className={styles.error}>{rest.join('\n').trim()}</pre>}
      <p className={styles.about}>
        <span>
          {error.class === 'transient'
            ? `Transient: it was tried ${run.retries + 1} times; a retry may succeed.`
            : 'Permanent: trying the same again changes nothing.'}
        </span>
        <Link to="." search={{ view: viewFor({ ...run, status: 'failed' }) }} resetScroll={false}>
          Show it in the log
        </Link>
      </p>
    </Notice>
  );
}
