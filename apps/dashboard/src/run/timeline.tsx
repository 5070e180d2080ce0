import { Loading } from '../design/surface.js';
import { durationInWords } from '../design/duration.js';
import { actorInWords } from '../runs/status.js';
import type { Run, RunEvent } from '../runs/queries.js';
import styles from './run.module.css';

const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** Everything that happened to a run, with who did it. */
export function Timeline({
  run,
  events,
}: {
  readonly run: Run;
  readonly events: readonly RunEvent[] | undefined;
}) {
  if (events === undefined) {
    return <Loading label="Loading the timeline" />;
  }
  const begin = Date.parse(run.createdAt);
  return (
    <ol className={styles.timeline}>
      {events.map((event) => (
        <li key={event.id} data-loud={event.toStatus !== null && event.toStatus !== event.fromStatus}>
          <time dateTime={event.at} title={CLOCK.format(Date.parse(event.at))} className={styles.when}>
            +{durationInWords(Math.max(0, Date.parse(event.at) - begin) / 1_000)}
          </time>
          <span className={styles.verb}>{event.event.replaceAll('_', ' ')}</span>
          <span className={styles.what}>
            {event.message}
            {typeof event.data['comment'] === 'string' ? <q> {event.data['comment']}</q> : null}
            <span className={styles.actor}> {actorInWords(event.actor)}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
