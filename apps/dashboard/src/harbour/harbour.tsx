import { useQuery } from '@tanstack/react-query';
import { lazyRouteComponent } from '@tanstack/react-router';
import { Suspense, useCallback, useMemo, useState } from 'react';
import { Empty, Failure, Loading } from '../design/surface.js';
import { useTopic } from '../live/live-context.js';
import { useSession } from '../session/session.js';
import { BasinHead } from './basin-head.js';
import { DenseQuay } from './dense-quay.js';
import styles from './harbour.module.css';
import { basinsOf, quaysOf, type HarbourFilter } from './harbour-model.js';
import { QuayView } from './quay.js';
import { agentsQuery, slotsQuery, type Agent, type Slot } from './queries.js';

const Dialogs = lazyRouteComponent(async () => import('./dialogs.js'), 'Dialogs');

/** With more agents than this, quays are drawn as lines of small berths without names. */
const NAMED_QUAYS = 24;

interface HarbourProps {
  readonly filter?: HarbourFilter;
  /** Of many agents only the pools, with their counts. */
  readonly brief?: boolean;
}

/** The agents with their slots by pool, live. */
export function Harbour({ filter = {}, brief = false }: HarbourProps) {
  const { client } = useSession();
  useTopic('agents', 'slots');
  const agents = useQuery(agentsQuery(client));
  const slots = useQuery(slotsQuery(client));
  const [openedSlot, setOpenedSlot] = useState<Slot | null>(null);
  const [openedAgent, setOpenedAgent] = useState<string | null>(null);
  const openSlot = useCallback((slot: Slot) => {
    setOpenedSlot(slot);
  }, []);
  const openAgent = useCallback(({ id }: Agent) => {
    setOpenedAgent(id);
  }, []);
  const { pool, state, search } = filter;
  const quays = useMemo(
    () => quaysOf(agents.data ?? [], slots.data ?? [], { pool, state, search }),
    [agents.data, slots.data, pool, state, search],
  );
  const error = agents.error ?? slots.error;
  if (agents.data === undefined || slots.data === undefined) {
    return error === null ? (
      <Loading label="Loading the agents" />
    ) : (
      <Failure error={error} onRetry={() => void Promise.all([agents.refetch(), slots.refetch()])} />
    );
  }
  if (agents.data.length === 0) {
    return (
      <Empty title="No agent is here">
        <p>An agent joins a pool with a token of it: make one under Pools, and start the agent with it.</p>
      </Empty>
    );
  }
  if (quays.length === 0) {
    return (
      <Empty title="No agent is like that">
        <p>Choose another pool or state, or search for another name.</p>
      </Empty>
    );
  }
  // The dialogs show what is there now, not what was there when they were opened.
  const slot = slots.data.find(
    ({ agentId, slotId }) => agentId === openedSlot?.agentId && slotId === openedSlot.slotId,
  );
  const agent = agents.data.find(({ id }) => id === openedAgent);
  const isDense = quays.length > NAMED_QUAYS;
  return (
    <div className={styles.harbour}>
      {basinsOf(quays).map((basin) => (
        <section key={basin.pool} className={styles.basin} aria-label={`Pool ${basin.pool}`}>
          <BasinHead basin={basin} heading={brief ? 'h3' : 'h2'} />
          {isDense && brief ? null : (
            <ul className={isDense ? styles.lines : styles.quays} aria-label={`Agents of ${basin.pool}`}>
              {basin.quays.map((quay) =>
                isDense ? (
                  <DenseQuay key={quay.agent.id} quay={quay} onOpen={openAgent} onOpenSlot={openSlot} />
                ) : (
                  <QuayView key={quay.agent.id} quay={quay} onOpen={openAgent} onOpenSlot={openSlot} />
                ),
              )}
            </ul>
          )}
        </section>
      ))}
      {slot === undefined && agent === undefined ? null : (
        <Suspense>
          <Dialogs
            slot={slot}
            agent={agent}
            closeSlot={() => {
              setOpenedSlot(null);
            }}
            closeAgent={() => {
              setOpenedAgent(null);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
