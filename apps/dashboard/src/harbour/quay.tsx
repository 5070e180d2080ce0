import { memo } from 'react';
import { Ago } from '../design/time.js';
import { AgentBadge } from './agent-badge.js';
import { Berth } from './berth.js';
import { DrainButton } from './drain-button.js';
import styles from './harbour.module.css';
import { nameOf, type Quay } from './harbour-model.js';
import type { Agent, Slot } from './queries.js';

interface QuayProps {
  readonly quay: Quay;
  readonly onOpen: (agent: Agent) => void;
  readonly onOpenSlot: (slot: Slot) => void;
}

/** An agent with what lies at it. */
export const QuayView = memo(function QuayView({ quay, onOpen, onOpenSlot }: QuayProps) {
  const { agent, berths } = quay;
  const isWell = agent.status === 'alive';
  return (
    <li className={styles.quay} data-status={agent.status}>
      <div className={styles.quayHead}>
        <button
          type="button"
          className={styles.name}
          onClick={() => {
            onOpen(agent);
          }}
        >
          {nameOf(agent)}
        </button>
        {isWell && !agent.unwell ? null : <AgentBadge agent={agent} />}
        <DrainButton agent={agent} />
      </div>
      <ul className={styles.berths} aria-label={`Slots of ${agent.id}`}>
        {berths.map((slot) => (
          <li key={slot.slotId}>
            <Berth slot={slot} onOpen={onOpenSlot} />
          </li>
        ))}
      </ul>
      <div className={styles.about}>
        <span>
          {agent.kind === 'worker'
            ? `worker for ${agent.platforms.join(', ')}`
            : `${agent.concurrency} at once`}
        </span>
        {agent.kind === 'worker' ? null : <span>{agent.version}</span>}
        {isWell || agent.lastHeartbeatAt === null ? null : (
          <span>
            heard <Ago at={agent.lastHeartbeatAt} />
          </span>
        )}
      </div>
    </li>
  );
});
