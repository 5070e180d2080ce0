import type { Schemas } from '@berth/client';
import { Link } from '@tanstack/react-router';
import { Empty } from '../design/surface.js';
import { Ago } from '../design/time.js';
import { waitingInWords } from '../runs/waiting.js';
import styles from './front.module.css';

/** What waits, by pool and by what for. */
export function Queue({ overview }: { readonly overview: Schemas['Overview'] }) {
  if (overview.queue.length === 0) {
    return <Empty title="Nothing waits in a queue" />;
  }
  return (
    <ul className={styles.queue}>
      {overview.queue.map(({ pool, code, tasks, oldestAt }) => (
        <li key={`${pool} ${code}`}>
          <span>
            <strong>{pool}</strong>{' '}
            <Link to="/runs" search={{ status: 'pending,assigned,apply_pending,apply_queued' }}>
              {tasks.toLocaleString('en')} {tasks === 1 ? 'run' : 'runs'}
            </Link>
          </span>
          <span className={styles.why}>
            since <Ago at={oldestAt} />
          </span>
          <span className={styles.why}>
            {tasks === 1 ? 'waits' : 'wait'} for {waitingInWords(code)}
          </span>
        </li>
      ))}
    </ul>
  );
}
