import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { Empty, Failure, Loading } from '../design/surface.js';
import { useTopic } from '../live/live-context.js';
import { useSession } from '../session/session.js';
import { BerthDialog } from './berth-dialog.js';
import styles from './harbour.module.css';
import { countsOf, quaysOf, type HarbourFilter } from './harbour-model.js';
import { QuayView } from './quay.js';
import { agentsQuery, slotsQuery, type Slot } from './queries.js';

/** With more agents than this, berths are drawn without names. */
const NAMED_QUAYS = 24;
const STATES = ['idle', 'running', 'reserved', 'lost'] as const;

/** The agents with their slots, live. */
export function Harbour({ filter = {} }: { readonly filter?: HarbourFilter }) {
  const { client } = useSession();
  useTopic('agents', 'slots');
  const agents = useQuery(agentsQuery(client));
  const slots = useQuery(slotsQuery(client));
  const [opened, setOpened] = useState<Slot | null>(null);
  const open = useCallback((slot: Slot) => {
    setOpened(slot);
  }, []);
  const { pool, state } = filter;
  const quays = useMemo(
    () => quaysOf(agents.data ?? [], slots.data ?? [], { pool, state }),
    [agents.data, slots.data, pool, state],
  );
  const error = agents.error ?? slots.error;
  if (agents.data === undefined || slots.data === undefined) {
    return error === null ? (
      <Loading label="Loading the agents" />
    ) : (
      <Failure error={error} onRetry={() => void agents.refetch()} />
    );
  }
  if (agents.data.length === 0) {
    return (
      <Empty title="No agent is here">
        <p>An agent joins a pool with a token of it: make one under Pools, and start the agent with it.</p>
      </Empty>
    );
  }
  const counts = countsOf(quays.flatMap(({ berths }) => berths));
  // The dialog shows the slot as it is now, not as it was when it was opened.
  const shown =
    opened === null
      ? null
      : slots.data.find(({ agentId, slotId }) => agentId === opened.agentId && slotId === opened.slotId);
  return (
    <>
      <ul className={styles.counts} aria-label="Slots by state">
        {STATES.map((each) => (
          <li key={each}>
            <span
              className={`${styles.berth ?? ''} ${styles.swatch ?? ''}`}
              data-state={each}
              aria-hidden="true"
            />
            {counts[each].toLocaleString('en')} {each}
          </li>
        ))}
      </ul>
      {quays.length === 0 ? (
        <Empty title="No agent is like that" />
      ) : (
        <ul className={styles.quays} aria-label="Agents">
          {quays.map((quay) => (
            <QuayView key={quay.agent.id} quay={quay} wide={quays.length <= NAMED_QUAYS} onOpen={open} />
          ))}
        </ul>
      )}
      {shown === null || shown === undefined ? null : (
        <BerthDialog
          slot={shown}
          onClose={() => {
            setOpened(null);
          }}
        />
      )}
    </>
  );
}
