import { useId } from 'react';
import { durationInWords } from '../design/duration.js';
import styles from './front.module.css';

export interface Hour {
  readonly at: string;
  readonly count: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

const WIDTH = 480;
const HEIGHT = 100;
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** Hours as columns: the median full, the 95th percentile behind it; on a scale of powers of ten, since both ends matter. */
export function LatencyChart({ title, hours }: { readonly title: string; readonly hours: readonly Hour[] }) {
  const id = useId();
  const newest = hours.findLast(({ count }) => count > 0);
  const ticks = ticksUpTo(Math.max(...hours.map(({ p95Ms }) => p95Ms ?? 0)));
  const most = ticks.at(-1) ?? 1;
  const height = (ms: number): number => Math.max(2, (scaled(ms) / scaled(most)) * HEIGHT);
  const column = WIDTH / Math.max(1, hours.length);
  return (
    <figure className={styles.chart}>
      <figcaption id={id}>
        <strong>{title}</strong>
        <span>
          {newest === undefined
            ? 'nothing in the last 24 hours'
            : `median ${inWords(newest.p50Ms)}, 95 % within ${inWords(newest.p95Ms)}`}
        </span>
      </figcaption>
      {newest === undefined ? null : (
        <div className={styles.plot}>
          <div className={styles.ticks} aria-hidden="true">
            {ticks.map((ms) => (
              <span key={ms} style={{ bottom: `${(scaled(ms) / scaled(most)) * 100}%` }}>
                {inWords(ms)}
              </span>
            ))}
          </div>
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={id} preserveAspectRatio="none">
            {[0, ...ticks].map((ms) => (
              <line
                key={ms}
                x1="0"
                x2={WIDTH}
                y1={HEIGHT - (scaled(ms) / scaled(most)) * HEIGHT}
                y2={HEIGHT - (scaled(ms) / scaled(most)) * HEIGHT}
                className={styles.axis}
              />
            ))}
            {hours.map(({ at, count, p50Ms, p95Ms }, index) =>
              count === 0 ? null : (
                <g key={at}>
                  <title>
                    {`${CLOCK.format(Date.parse(at))}: ${count} ${count === 1 ? 'run' : 'runs'}, median ${inWords(p50Ms)}, 95 % within ${inWords(p95Ms)}`}
                  </title>
                  {[
                    { look: styles.high, ms: p95Ms ?? 0 },
                    { look: styles.middle, ms: p50Ms ?? 0 },
                  ].map(({ look, ms }) => (
                    <rect
                      key={look}
                      className={look}
                      x={index * column + 2}
                      width={Math.max(1, column - 4)}
                      y={HEIGHT - height(ms)}
                      height={height(ms)}
                    />
                  ))}
                </g>
              ),
            )}
          </svg>
          <div className={styles.scale}>
            <span>24 h ago</span>
            <span>now</span>
          </div>
        </div>
      )}
    </figure>
  );
}

function scaled(ms: number): number {
  return Math.log10(1 + ms);
}

/** The powers of ten that are worth a line: three at the most, the last one at the top. */
function ticksUpTo(most: number): number[] {
  const top = Math.max(1, Math.ceil(scaled(most)));
  const step = Math.ceil(top / 3);
  return Array.from({ length: Math.floor(top / step) }, (_, n) => 10 ** (top - n * step)).reverse();
}

function inWords(ms: number | null): string {
  return durationInWords((ms ?? 0) / 1_000);
}
