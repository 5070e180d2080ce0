import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Field, TextField } from '../design/field.js';
import styles from '../runs/runs.module.css';
import { useSession } from '../session/session.js';
import { useNarrow } from '../page/narrow.js';
import { useTitle } from '../page/title.js';
import { Harbour } from './harbour.js';
import harbour from './harbour.module.css';
import type { HarbourFilter } from './harbour-model.js';
import { agentsQuery } from './queries.js';

const STATES = ['suspect', 'draining', 'idle', 'running', 'reserved', 'lost'] as const;

export function AgentsPage() {
  const filter: HarbourFilter = useSearch({ strict: false });
  const { client } = useSession();
  useTitle('Agents');
  const { data: agents = [] } = useQuery(agentsQuery(client));
  const pools = [...new Set(agents.map(({ pool }) => pool))].sort();
  const narrow = useNarrow(filter);
  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <h1>Agents</h1>
        <div className={harbour.tools}>
          <TextField
            label="Name"
            type="search"
            data-search
            placeholder="part of a name"
            value={filter.search ?? ''}
            onChange={(search) => {
              narrow({ search });
            }}
          />
          <Field label="Pool">
            {(control) => (
              <select
                {...control}
                value={filter.pool ?? ''}
                onChange={(event) => {
                  narrow({ pool: event.target.value });
                }}
              >
                <option value="">all pools</option>
                {pools.map((pool) => (
                  <option key={pool}>{pool}</option>
                ))}
              </select>
            )}
          </Field>
          <Field label="State">
            {(control) => (
              <select
                {...control}
                value={filter.state ?? ''}
                onChange={(event) => {
                  narrow({ state: event.target.value });
                }}
              >
                <option value="">any</option>
                {STATES.map((state) => (
                  <option key={state} value={state}>
                    {state}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
      </div>
      <Harbour filter={filter} />
    </div>
  );
}
