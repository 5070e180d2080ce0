import { durationInWords } from '../../design/duration.js';
import { useNow } from '../../design/time.js';
import surface from '../../design/surface.module.css';
import type { Run } from '../../runs/queries.js';
import { stripsOf, widthsOf, worked, type PhaseStrip, type Segment } from './steps-model.js';
import styles from './steps.module.css';

const PHASES = { plan: 'Plan', apply: 'Apply', build: 'Build' } as const;

/** Where a run's time went: each phase a strip of its steps, with warm and cold told apart. */
export function StepsPicture({ run }: { readonly run: Run }) {
  const now = useNow();
  return (
    <div className={styles.strips}>
      {stripsOf(run).map((strip) => (
        <Strip key={strip.phase} strip={strip} now={now} />
      ))}
    </div>
  );
}

function Strip({ strip, now }: { readonly strip: PhaseStrip; readonly now: number }) {
  const widths = widthsOf(strip.segments, now);
  const seconds = worked(strip);
  return (
    <div className={styles.strip}>
      <div className={styles.stripHead}>
        <h3>{PHASES[strip.phase]}</h3>
        {seconds === null ? null : (
          <span className={styles.seconds} title="Without waiting">
            {durationInWords(seconds)}
          </span>
        )}
        <WarmBadge strip={strip} />
      </div>
      <div className={styles.track}>
        <div className={styles.bar} aria-hidden="true">
          {strip.segments.map((segment, index) => (
            <span
              key={segment.key}
              {...looksOf(segment)}
              style={{ width: `${widths[index] ?? 0}%` }}
              title={`${segment.label}: ${lasting(segment, now)}${segment.note === null ? '' : ` (${segment.note})`}`}
            />
          ))}
        </div>
        <ul className={styles.legend}>
          {strip.segments.map((segment) => (
            <li key={segment.key}>
              <span {...looksOf(segment)} aria-hidden="true" />
              {segment.label}
              <span className={styles.seconds}>{lasting(segment, now)}</span>
            </li>
          ))}
        </ul>
        <WarmNote strip={strip} />
      </div>
    </div>
  );
}

function looksOf(segment: Segment) {
  return {
    className: styles.piece,
    'data-kind': segment.kind,
    'data-failed': segment.failed,
    'data-running': segment.seconds === null,
  };
}

function WarmBadge({ strip }: { readonly strip: PhaseStrip }) {
  if (strip.warm === null) {
    return null;
  }
  return (
    <span className={surface.badge} data-tone={strip.warm ? 'warm' : 'cold'}>
      {strip.warm ? 'warm: no init' : 'cold: with init'}
    </span>
  );
}

/** Why it could begin warm or could not, line by line; what does not match stands out. */
function WarmNote({ strip: { checks, segments } }: { readonly strip: PhaseStrip }) {
  const note = segments.find(({ label }) => label === 'init')?.note ?? null;
  if (checks.length === 0) {
    return note === null ? null : <p className={styles.note}>{note}</p>;
  }
  const unlike = checks.filter((check) => !isSame(check));
  return (
    <details open={unlike.length > 0} className={styles.note}>
      <summary>
        {note === null ? '' : `${note}: `}
        {unlike.length === 0
          ? `all ${checks.length} comparisons match`
          : `${unlike.length} of ${checks.length} comparisons do not match`}
      </summary>
      <ul className={styles.checks}>
        {checks.map((check) => (
          <li key={check} data-same={isSame(check)}>
            {check}
          </li>
        ))}
      </ul>
    </details>
  );
}

function isSame(check: string): boolean {
  return check.includes('… yes');
}

function lasting({ seconds, from, kind }: Segment, now: number): string {
  if (kind === 'skipped') {
    return 'skipped';
  }
  if (seconds !== null) {
    return durationInWords(seconds);
  }
  return from === null ? '…' : `${durationInWords(Math.max(0, (now - Date.parse(from)) / 1_000))} …`;
}
