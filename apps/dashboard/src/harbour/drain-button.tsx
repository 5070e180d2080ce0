import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from '../design/button.js';
import { problemInWords } from '../design/surface.js';
import { useMay, useSession } from '../session/session.js';
import styles from './harbour.module.css';
import type { Agent } from './queries.js';

/** Drains an agent, or has it work again. */
export function DrainButton({ agent }: { readonly agent: Agent }) {
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
