import { Notice } from '../design/surface.js';
import { Ago } from '../design/time.js';
import type { Run, RunEvent } from '../runs/queries.js';

/** What a reader could not guess from the state alone: a slot that was lost, and a plan that was made again for it. */
export function RunStory({ run, events }: { readonly run: Run; readonly events: readonly RunEvent[] }) {
  const lost = events.findLast(({ event }) => event === 'replan' || event === 'restore');
  if (lost === undefined || run.finishedAt !== null) {
    return null;
  }
  return (
    <Notice tone="warn" alert>
      <p>
        <strong>
          {lost.event === 'replan' ? 'The plan is made again' : 'The stored plan moves to another slot'}
        </strong>{' '}
        (<Ago at={lost.at} />
        ): {lost.message}
      </p>
      <p>{whatNow(run)}</p>
    </Notice>
  );
}

function whatNow(run: Run): string {
  if (run.status === 'apply_pending') {
    const same =
      run.planIdentical === true
        ? 'The new plan does the same as the one before it.'
        : run.planIdentical === false
          ? 'The new plan is not the same as the one before it: the timeline says what differs.'
          : '';
    return `${same} It waits for a confirmation of its own; one of the plan before counts no more.`.trim();
  }
  return 'Nothing has to be done now. When the new plan is there, it asks again.';
}
