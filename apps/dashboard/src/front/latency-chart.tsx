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
const HEIGHT = 120;
const FOOT = 16;

/** Hours as columns: the median full, the 95th percentile behind it; on a scale of powers of ten, since both ends matter. */
export function LatencyChart({ title, hours }: { readonly title: string; readonly hours: readonly Hour[] }) {
  const id = useId();
  const newest = hours.findLast(({ count }) => count > 0);
  const most = Math.max(1, ...hours.map(({ p95Ms }) => p95Ms ?? 0));
  const height = (ms: number): number =>
    Math.max(2, (Math.log10(1 + ms) / Math.log10(1 + most)) * (HEIGHT - FOOT));
  const column = WIDTH / Math.max(1, hours.length);
  const summary =
    newest === undefined
      ? 'nothing in the last 24 hours'
      : `last ${durationInWords((newest.p50Ms ?? 0) / 1_000)} median, ${durationInWords((newest.p95Ms ?? 0) / 1_000)} at 95 %`;
  return (
    <figure className={styles.chart}>
      <figcaption id={id}>
        <strong>{title}</strong> <span>{summary}</span>
      </figcaption>
      {newest === undefined ? null : (
        <>
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={id} preserveAspectRatio="none">
            <line x1="0" x2={WIDTH} y1={HEIGHT - FOOT} y2={HEIGHT - FOOT} className={styles.axis} />
            {hours.map(({ at, count, p50Ms, p95Ms }, index) =>
              count === 0 ? null : (
                <g key={at}>
                  <title>
                    {`${at.slice(11, 16)} UTC: ${count}, median ${durationInWords((p50Ms ?? 0) / 1_000)}, 95 % ${durationInWords((p95Ms ?? 0) / 1_000)}`}
                  </title>
                  <rect
                    className={styles.high}
                    x={index * column + 1}
                    width={Math.max(1, column - 2)}
                    y={HEIGHT - FOOT - height(p95Ms ?? 0)}
                    height={height(p95Ms ?? 0)}
                  />
                  <rect
                    className={styles.middle}
                    x={index * column + 1}
                    width={Math.max(1, column - 2)}
                    y={HEIGHT - FOOT - height(p50Ms ?? 0)}
                    height={height(p50Ms ?? 0)}
                  />
                </g>
              ),
            )}
          </svg>
          <div className={styles.scale}>
            <span>24 hours ago</span>
            <span>now</span>
          </div>
        </>
      )}
    </figure>
  );
}
