import surface from '../design/surface.module.css';
import type { Plan } from '../runs/queries.js';
import styles from './plan.module.css';

const TONES = { pass: 'good', fail: 'bad', error: 'bad', unknown: 'none' } as const;
const WORDS = {
  pass: 'holds',
  fail: 'does not hold',
  error: 'could not be looked at',
  unknown: 'known after apply',
} as const;

/** What the configuration demands of itself; what does not hold stands open. */
export function Checks({ plan }: { readonly plan: Plan }) {
  if (plan.checks.length === 0) {
    return null;
  }
  const bad = plan.checks.filter(({ status }) => status === 'fail' || status === 'error').length;
  return (
    <details open={bad > 0}>
      <summary className={styles.group}>
        Checks{' '}
        <span className={styles.groupCount}>
          {plan.checks.length}
          {bad === 0 ? '' : `, ${bad} of them ${bad === 1 ? 'does' : 'do'} not hold`}
        </span>
      </summary>
      <ul className={styles.checks}>
        {plan.checks.map(({ address, status, problems }) => (
          <li key={address}>
            <span className={surface.badge} data-tone={TONES[status]}>
              {WORDS[status]}
            </span>{' '}
            <span className={styles.address}>{address}</span>
            {problems.map((problem) => (
              <div key={problem}>{problem}</div>
            ))}
          </li>
        ))}
      </ul>
    </details>
  );
}
