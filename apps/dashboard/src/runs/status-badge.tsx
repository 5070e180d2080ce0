import type { Schemas } from '@berth/client';
import surface from '../design/surface.module.css';
import { STATUS } from './status.js';
import styles from './runs.module.css';

export function StatusBadge({ status }: { readonly status: Schemas['Task']['status'] }) {
  const { label, tone, mark } = STATUS[status];
  return (
    <span className={surface.badge} data-tone={tone}>
      <Mark mark={mark} />
      {label}
    </span>
  );
}

/** Shapes, so that nothing is told by colour alone. */
const MARKS = {
  check: 'M3.5 8.5l3 3 6-7',
  cross: 'M4 4l8 8M12 4l-8 8',
  hand: 'M8 3v6M8 12.2v.3',
  turning: 'M13 8a5 5 0 1 1-1.6-3.7',
  clock: 'M8 4.5V8l2.4 1.6M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12',
  dash: 'M4 8h8',
} as const;

function Mark({ mark }: { readonly mark: keyof typeof MARKS }) {
  return (
    <svg
      width="14"
      height="14"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className={mark === 'turning' ? styles.turning : undefined}
    >
      <path d={MARKS[mark]} />
    </svg>
  );
}
