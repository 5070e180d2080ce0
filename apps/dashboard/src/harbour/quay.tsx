import { useMutation, useQueryClient } from '@tanstack/react-query';
import { memo } from 'react';
import { Button } from '../design/button.js';
import { problemInWords } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { Ago } from '../design/time.js';
import { useMay, useSession } from '../session/session.js';
import { Berth } from './berth.js';
import styles from './harbour.module.css';
import type { Quay } from './harbour-model.js';
import type { Agent, Slot } from './queries.js';

interface QuayProps {
  readonly quay: Quay;
  readonly wide: boolean;
  readonly onOpen: (slot: Slot) => void;
}

const TONES = { alive: 'good', suspect: 'warn', draining: 'warn', lost: 'bad', stopped: 'none' } as const;

/** An agent with what lies at it. */
export const QuayView = memo(function QuayView({ quay: { agent, berths }, wide, onOpen }: QuayProps) {
  return (
    <li className={styles.quay} data-status={agent.status}>
      <div>
        <div className={styles.quayHead}>
          <span className={styles.name}>{agent.name ?? agent.id}</span>
          <span className={surface.badge} data-tone={TONES[agent.status]}>
            {agent.status}
          </span>
        </div>
        <div className={styles.about}>
          <span>{agent.pool}</span>
          <span>
            {agent.kind === 'worker'
              ? `worker for ${agent.platforms.join(', ')}`
              : `${agent.concurrency} at once`}
          </span>
          <span>{agent.version}</span>
          {agent.status === 'alive' || agent.lastHeartbeatAt === null ? null : (
            <span>
              heard <Ago at={agent.lastHeartbeatAt} />
            </span>
          )}
        </div>
      </div>
      <ul className={styles.berths} aria-label={`Slots of ${agent.id}`}>
        {berths.map((slot) => (
          <li key={slot.slotId}>
            <Berth slot={slot} wide={wide} onOpen={onOpen} />
          </li>
        ))}
      </ul>
      <DrainButton agent={agent} />
    </li>
  );
});

function DrainButton({ agent }: { readonly agent: Agent }) {
  const { client } = useSession();
  const may = useMay();
  const queries = useQueryClient();
  const params = { path: { id: agent.id } };
  const turn = useMutation({
    mutationFn: async (to: 'drain' | 'resume') =>
      to === 'drain'
        ? client.post('/api/v1/agents/{id}/drain', { params })
        : client.post('/api/v1/agents/{id}/resume', { params }),
    onSettled: async () => queries.invalidateQueries({ queryKey: ['agents'] }),
  });
  if (
    !may('agents:drain') ||
    agent.kind === 'worker' ||
    agent.status === 'lost' ||
    agent.status === 'stopped'
  ) {
    return null;
  }
  const drained = agent.drainRequestedAt !== null;
  return (
    <div className={styles.actions}>
      <Button
        small
        busy={turn.isPending}
        aria-label={`${drained ? 'Resume' : 'Drain'} ${agent.id}`}
        title={
          drained
            ? 'It gets work again, from its next heartbeat on'
            : 'What runs goes on to its end; plans that wait here are made again elsewhere; it gets nothing new'
        }
        onClick={() => {
          turn.mutate(drained ? 'resume' : 'drain');
        }}
      >
        {drained ? 'Resume' : 'Drain'}
      </Button>
      {turn.error === null ? null : <span role="alert">{problemInWords(turn.error)}</span>}
    </div>
  );
}
