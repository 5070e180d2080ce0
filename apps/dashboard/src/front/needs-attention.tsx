import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Notice } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { useTopic } from '../live/live-context.js';
import { useSession } from '../session/session.js';
import { attentionQuery } from '../workspaces/queries.js';
import { deadLettersQuery } from '../dead-letters/queries.js';

/** Workspaces in which nothing is written before a person has looked. */
export function NeedsAttention() {
  const { client, whoami } = useSession();
  const { data } = useQuery(attentionQuery(client));
  if (data === undefined || data.items.length === 0) {
    return null;
  }
  return (
    <div className={surface.cardBody}>
      <Notice tone="bad">
        <p>
          <strong>
            {data.items.length === 1 ? 'One workspace needs' : `${data.items.length} workspaces need`}{' '}
            attention:
          </strong>{' '}
          nobody knows what an apply has done there, and nothing is written before a person has looked.
        </p>
        <ul>
          {data.items.map(({ id, name }) => (
            <li key={id}>
              <Link to="/app/$org/$workspace" params={{ org: whoami.organization.name, workspace: name }}>
                {name}
              </Link>
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}

/** Messages that nobody could handle. */
export function OpenDeadLetters() {
  const { client } = useSession();
  useTopic('dead-letters');
  const { data } = useQuery(deadLettersQuery(client));
  const open = (data ?? []).filter(({ state }) => state === 'open').length;
  return open === 0 ? null : (
    <div className={surface.cardBody}>
      <Notice tone="warn">
        <p>
          <Link to="/dead-letters">
            {open.toLocaleString('en')} dead letter{open === 1 ? '' : 's'}
          </Link>{' '}
          wait{open === 1 ? 's' : ''} for somebody to replay or discard {open === 1 ? 'it' : 'them'}.
        </p>
      </Notice>
    </div>
  );
}
