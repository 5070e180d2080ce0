import { Link } from '@tanstack/react-router';
import styles from './harbour.module.css';
import { countsOf, type Basin } from './harbour-model.js';

const STATES = ['running', 'reserved', 'idle', 'lost'] as const;
const GONE = { suspect: 'suspect', draining: 'draining', lost: 'lost' } as const;

interface BasinHeadProps {
  readonly basin: Basin;
  /** Below which heading of the page it stands. */
  readonly heading: 'h2' | 'h3';
}

/** A pool in one line: how many agents, how its slots are used, and which agents are in trouble. */
export function BasinHead({ basin: { pool, quays }, heading: Heading }: BasinHeadProps) {
  const counts = countsOf(quays.flatMap(({ berths }) => berths));
  const troubled = Object.values(GONE)
    .map((status) => [status, quays.filter(({ agent }) => agent.status === status).length] as const)
    .filter(([, count]) => count > 0);
  return (
    <div className={styles.basinHead}>
      <Heading>
        <Link to="/agents" search={{ pool }}>
          {pool}
        </Link>
      </Heading>
      <span className={styles.about}>
        {quays.length.toLocaleString('en')} {quays.length === 1 ? 'agent' : 'agents'}
        {troubled.map(([status, count]) => (
          <strong key={status} data-status={status}>
            {count} {status}
          </strong>
        ))}
      </span>
      <span className={styles.gauge} aria-hidden="true">
        {STATES.map((state) => (
          <span key={state} data-state={state} style={{ flexGrow: counts[state] }} />
        ))}
      </span>
      <ul className={styles.counts} aria-label={`Slots of ${pool} by state`}>
        {STATES.filter((state) => state !== 'lost' || counts.lost > 0).map((state) => (
          <li key={state} data-state={state}>
            <strong>{counts[state].toLocaleString('en')}</strong> {state}
          </li>
        ))}
      </ul>
    </div>
  );
}
