import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ActButton } from '../design/act-button.js';
import { Button } from '../design/button.js';
import controls from '../design/controls.module.css';
import { DataTable } from '../design/data-table.js';
import { Dialog } from '../design/dialog.js';
import { Field, TextField } from '../design/field.js';
import { SecretOnce } from '../design/secret-once.js';
import { Card, Empty, problemInWords } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { Ago } from '../design/time.js';
import { useAct } from '../design/use-act.js';
import { useTopic } from '../live/live-context.js';
import { agentsQuery, slotsQuery } from '../harbour/queries.js';
import { countsOf } from '../harbour/harbour-model.js';
import styles from '../runs/runs.module.css';
import { useMay, useSession } from '../session/session.js';
import { allPages, WHOLE_PAGE } from '../session/all-pages.js';
import { NamedForm } from '../settings/named-form.js';
import { useTitle } from '../page/title.js';
import { poolsQuery } from '../workspaces/queries.js';

/** What a pool demands of its agents. */
const DEMANDED = {
  '': 'in any way',
  user: 'with a user for each slot, or a sandbox',
  sandbox: 'in sandboxes',
};

/** Pools with what is in them, their caps and the tokens with which agents join. */
export function PoolsPage() {
  const { client } = useSession();
  const may = useMay();
  useTitle('Pools');
  useTopic('agents', 'slots');
  const pools = useQuery(poolsQuery(client));
  const { data: agents = [] } = useQuery(agentsQuery(client));
  const { data: slots = [] } = useQuery(slotsQuery(client));
  const [opened, setOpened] = useState<string | null>(null);
  const mayChange = may('pools:write');
  const pool = pools.data?.find(({ id }) => id === opened);
  return (
    <div className={styles.stack}>
      <h1>Pools</h1>
      <Card title="Pools" flush>
        {mayChange ? (
          <div className={surface.cardBody}>
            <NamedForm
              label="New pool"
              button="Create"
              create={async (name) => client.post('/api/v1/pools', { body: { name } })}
              shownAs={['pools']}
            />
          </div>
        ) : null}
        <DataTable
          query={pools}
          keyOf={({ id }) => id}
          empty={<Empty title="There are no pools" />}
          columns={[
            {
              name: 'Name',
              cell: ({ name }) => (
                <Link to="/agents" search={{ pool: name }}>
                  {name}
                </Link>
              ),
            },
            {
              name: 'Agents',
              cell: ({ name }) =>
                agents.filter(({ pool: own, status }) => own === name && status === 'alive').length,
            },
            {
              name: 'Slots',
              cell: ({ name }) => {
                const { idle, running, reserved } = countsOf(slots.filter(({ pool: own }) => own === name));
                return `${idle} idle, ${running} running, ${reserved} reserved`;
              },
            },
            {
              name: 'Reserved at most',
              cell: ({ maxReservedSlots }) => (maxReservedSlots === null ? 'no cap' : maxReservedSlots),
            },
            { name: 'Runs kept apart', cell: ({ runIsolation }) => DEMANDED[runIsolation ?? ''] },
            {
              name: 'Change',
              cell: ({ id, name }) =>
                mayChange ? (
                  <Button
                    small
                    aria-label={`Tokens and limits of ${name}`}
                    onClick={() => {
                      setOpened(id);
                    }}
                  >
                    Tokens and limits
                  </Button>
                ) : null,
            },
          ]}
        />
      </Card>
      {pool === undefined ? null : (
        <PoolDialog
          name={pool.name}
          cap={pool.maxReservedSlots}
          demanded={pool.runIsolation ?? ''}
          onClose={() => {
            setOpened(null);
          }}
        />
      )}
    </div>
  );
}

interface PoolDialogProps {
  readonly name: string;
  readonly cap: number | null;
  readonly demanded: keyof typeof DEMANDED;
  readonly onClose: () => void;
}

function PoolDialog({ name, cap, demanded, onClose }: PoolDialogProps) {
  const { client } = useSession();
  const [fresh, setFresh] = useState<string | null>(null);
  const [most, setMost] = useState(cap === null ? '' : String(cap));
  const [isolation, setIsolation] = useState(demanded);
  const params = { path: { pool: name } };
  const tokens = useQuery({
    queryKey: ['pools', name, 'tokens'],
    queryFn: async ({ signal }) =>
      allPages(async (cursor) =>
        client.get('/api/v1/pools/{pool}/tokens', {
          params: { ...params, query: { ...cursor, limit: WHOLE_PAGE } },
          signal,
        }),
      ),
  });
  const save = useAct(
    async () =>
      client.patch('/api/v1/pools/{pool}', {
        params,
        body: {
          maxReservedSlots: most === '' ? null : Number(most),
          runIsolation: isolation === '' ? null : isolation,
        },
      }),
    ['pools'],
  );
  if (fresh !== null) {
    return (
      <SecretOnce
        title={`A token for agents of ${name}`}
        secret={fresh}
        onClose={() => {
          setFresh(null);
        }}
      >
        An agent shows it as BERTH_AGENT_TOKEN.
      </SecretOnce>
    );
  }
  return (
    <Dialog title={`Pool ${name}`} onClose={onClose}>
      <div className={controls.form}>
        <form
          className={controls.inline}
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate(undefined);
          }}
        >
          <TextField
            label="Reserved slots at most"
            hint="So many plans may hold a slot while they wait for a person. Empty: no cap."
            fault={save.error === null ? undefined : problemInWords(save.error)}
            type="number"
            min={1}
            value={most}
            onChange={setMost}
          />
          <Field label="Runs kept apart" hint="Agents that do not are drained, and join the pool no more.">
            {(control) => (
              <select
                {...control}
                value={isolation}
                onChange={({ target }) => {
                  setIsolation(target.value as keyof typeof DEMANDED);
                }}
              >
                {Object.entries(DEMANDED).map(([level, text]) => (
                  <option key={level} value={level}>
                    {text}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Button type="submit" busy={save.isPending}>
            Save
          </Button>
        </form>
        <h3>Tokens</h3>
        <DataTable
          query={tokens}
          keyOf={({ id }) => id}
          empty={<Empty title="There are no tokens" />}
          columns={[
            { name: 'Name', cell: (token) => token.name },
            { name: 'Made', cell: ({ createdAt }) => <Ago at={createdAt} /> },
            {
              name: 'Change',
              cell: (token) => (
                <ActButton
                  label="Revoke"
                  name={`Revoke ${token.name}`}
                  look="danger"
                  title={`Revoke the token ${token.name}`}
                  act={async () =>
                    client.delete('/api/v1/pools/{pool}/tokens/{id}', {
                      params: { path: { pool: name, id: token.id } },
                    })
                  }
                  shownAs={[['pools', name, 'tokens']]}
                >
                  <p>
                    No agent can join the pool with it any more, and the agents that joined with it are let
                    out at once. Drain them first if they have runs to finish.
                  </p>
                </ActButton>
              ),
            },
          ]}
        />
        <NamedForm
          label="New token"
          button="Make it"
          shownAs={['pools']}
          create={async (tokenName) => {
            const made = await client.post('/api/v1/pools/{pool}/tokens', {
              params,
              body: { name: tokenName },
            });
            setFresh(made.token ?? '');
          }}
        />
      </div>
    </Dialog>
  );
}
