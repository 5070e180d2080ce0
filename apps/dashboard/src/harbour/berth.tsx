import { durationInWords } from '../design/duration.js';
import { useNow } from '../design/time.js';
import styles from './harbour.module.css';
import type { Slot } from './queries.js';

interface BerthProps {
  readonly slot: Slot;
  readonly onOpen: (slot: Slot) => void;
}

const SIGNS = { idle: '', running: '▸', reserved: '⚓', lost: '×' } as const;

/** A slot: what lies there, since when or until when. */
export function Berth({ slot, onOpen }: BerthProps) {
  const now = useNow();
  const about = aboutSlot(slot, now);
  return (
    <button
      type="button"
      className={styles.berth}
      data-state={slot.state}
      data-wide={slot.taskId !== null}
      title={about}
      aria-label={about}
      onClick={() => {
        onOpen(slot);
      }}
    >
      {slot.state === 'idle' ? slot.slotId : SIGNS[slot.state]}
      {slot.taskId === null ? null : (
        <>
          <span className={styles.berthName}>{slot.workspaceName ?? 'build'}</span>{' '}
          <span className={styles.berthTime}>{time(slot, now)}</span>
        </>
      )}
    </button>
  );
}

/** A slot in a sentence. */
export function aboutSlot(slot: Slot, now: number): string {
  const what = slot.workspaceName ?? (slot.taskId === null ? '' : 'a build');
  switch (slot.state) {
    case 'idle':
      return `Slot ${slot.slotId}: idle`;
    case 'running':
      return `Slot ${slot.slotId}: runs ${what}${slot.taskStartedAt === null ? '' : `, ${time(slot, now)} so far`}`;
    case 'reserved':
      return `Slot ${slot.slotId}: reserved for ${what}${slot.reservedUntil === null ? '' : `, ${time(slot, now)} left`}`;
    case 'lost':
      return `Slot ${slot.slotId}: lost with its agent`;
  }
}

function time({ state, reservedUntil, taskStartedAt }: Slot, now: number): string {
  if (state === 'reserved' && reservedUntil !== null) {
    return durationInWords(Math.max(0, Date.parse(reservedUntil) - now) / 1_000);
  }
  return taskStartedAt === null ? '' : durationInWords(Math.max(0, now - Date.parse(taskStartedAt)) / 1_000);
}
