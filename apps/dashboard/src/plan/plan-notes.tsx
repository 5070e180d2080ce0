import type { ReactNode } from 'react';
import { Notice } from '../design/surface.js';
import type { Plan } from '../runs/queries.js';
import styles from './plan.module.css';

/** What one has to know of a plan before one reads it. */
export function PlanNotes({ plan, logAddress }: { readonly plan: Plan; readonly logAddress: string }) {
  const notes: { readonly tone: 'bad' | 'warn' | 'info'; readonly text: ReactNode; readonly key: string }[] =
    [];
  if (plan.errored) {
    notes.push({
      key: 'errored',
      tone: 'bad',
      text: 'Planning failed halfway. This is how far it came, and it cannot be applied.',
    });
  }
  if (!plan.complete) {
    notes.push({
      key: 'incomplete',
      tone: 'warn',
      text: 'More than this plan is needed to reach what the configuration says: it was limited to targets, or some of it is put off.',
    });
  }
  if (plan.notShown.length > 0) {
    notes.push({
      key: 'not shown',
      tone: 'warn',
      text: `The plan holds more, which is applied and cannot be drawn here: ${plan.notShown.join(', ')}. It stands in the log.`,
    });
  }
  plan.deferred.forEach(({ address, reason }) => {
    notes.push({
      key: `deferred ${address}`,
      tone: 'info',
      text: `${address} is put off to a later plan: ${reason.replaceAll('_', ' ')}.`,
    });
  });
  plan.actions.forEach(({ address, type, event, triggeredBy }) => {
    const when = triggeredBy === null ? '' : `, ${(event ?? '').replaceAll('_', ' ')} ${triggeredBy}`;
    notes.push({
      key: `action ${address}`,
      tone: 'warn',
      text: `The apply invokes ${address} (${type}${when}).`,
    });
  });
  const cut = cutInWords(plan);
  if (cut !== null) {
    notes.push({
      key: 'cut',
      tone: 'warn',
      text: (
        <>
          {cut} All of it stands in <a href={logAddress}>the log of the plan</a>.
        </>
      ),
    });
  }
  return notes.length === 0 ? null : (
    <div className={styles.notes}>
      {notes.map(({ key, tone, text }) => (
        <Notice key={key} tone={tone}>
          <p>{text}</p>
        </Notice>
      ))}
    </div>
  );
}

function cutInWords({ cut }: Plan): string | null {
  if (cut === null) {
    return null;
  }
  const parts = [
    cut.resources === 0 ? null : `${cut.resources.toLocaleString('en')} resources are not listed`,
    cut.drift === 0 ? null : `${cut.drift.toLocaleString('en')} of what changed outside are not listed`,
    cut.outputs === 0 ? null : `${cut.outputs.toLocaleString('en')} outputs are not listed`,
    cut.withoutValues === 0
      ? null
      : `${cut.withoutValues.toLocaleString('en')} resources are listed without values`,
    cut.valuesAfter === null
      ? null
      : `texts are cut after ${cut.valuesAfter.toLocaleString('en')} characters`,
  ].filter((part) => part !== null);
  return `This plan is too large to be shown whole: ${parts.join(', ')}. The counts are exact.`;
}
