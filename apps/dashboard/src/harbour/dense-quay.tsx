import { memo } from 'react';
import styles from './harbour.module.css';
import { nameOf, type Quay } from './harbour-model.js';
import type { Agent, Slot } from './queries.js';

interface DenseQuayProps {
  readonly quay: Quay;
  readonly onOpen: (agent: Agent) => void;
  readonly onOpenSlot: (slot: Slot) => void;
}

/** One of many agents: a line with its berths as small squares. Nothing in it ticks: there may be thousands. */
export const DenseQuay = memo(function DenseQuay({ quay, onOpen, onOpenSlot }: DenseQuayProps) {
  const { agent, berths } = quay;
  return (
    <li className={styles.line} data-status={agent.status}>
      <button
        type="button"
        className={styles.lineName}
        title={`${nameOf(agent)}: ${agent.status}`}
        onClick={() => {
          onOpen(agent);
        }}
      >
        {nameOf(agent)}
        {agent.status === 'alive' ? null : <span> {agent.status}</span>}
      </button>
      <span className={styles.squares}>
        {berths.map((slot) => (
          <button
            key={slot.slotId}
            type="button"
            className={styles.square}
            data-state={slot.state}
            title={inShort(slot)}
            aria-label={inShort(slot)}
            onClick={() => {
              onOpenSlot(slot);
            }}
          />
        ))}
      </span>
    </li>
  );
});

function inShort({ slotId, state, taskId, workspaceName }: Slot): string {
  const what = workspaceName ?? (taskId === null ? null : 'a build');
  return `Slot ${slotId}: ${state}${what === null ? '' : `, ${what}`}`;
}
