import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import surface from '../design/surface.module.css';
import { useTopic } from '../live/live-context.js';
import { useSession } from '../session/session.js';
import { attentionQuery } from '../workspaces/queries.js';
import { deadLettersQuery } from '../dead-letters/queries.js';
import styles from './front.module.css';

/** Workspaces in which nothing is written before a person has looked. */
export function NeedsAttention() {
  const { client, whoami } = useSession();
  const { data } = useQuery(attentionQuery(client));
  if (data === undefined || data.items.length === 0) {
    return null;
  }
  return (
    <ul className={styles.list} aria-label="Workspaces that need attention">
      {data.items.map(({ id, name }) => (
        <li key={id} className={styles.line} data-tone="bad">
          <span>
            <span className={surface.badge} data-tone="bad">
              needs attention
            </span>
          </span>
          <span>
            <Link to="/app/$org/$workspace" params={{ org: whoami.organization.name, workspace: name }}>
              {name}
            </Link>
            : nobody knows what an apply has done there, and nothing is written before a person has looked.
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Messages that nobody could handle. */
export function OpenDeadLetters() {
  const { client } = useSession();
  useTopic('dead-letters');
  const { data } = useQuery(deadLettersQuery(client));
  const open = (data ?? []).filter(({ state }) => state === 'open').length;
  return open === 0 ? null : (
    <div className={styles.letters}>
      <div className={styles.line}>
        <span>
          <span className={surface.badge} data-tone="warn">
            dead letters
          </span>
        </span>
        <span>
          <Link to="/dead-letters">
            {open.toLocaleString('en')} dead letter{open === 1 ? '' : 's'}
          </Link>{' '}
          wait{open === 1 ? 's' : ''} for somebody to replay or discard {open === 1 ? 'it' : 'them'}.
        </span>
      </div>
    </div>
  );
}
