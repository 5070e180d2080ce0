import { ApiProblem } from '@berth/client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Card, Empty, Failure, Loading } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { Table } from '../design/data-table.js';
import { Ago } from '../design/time.js';
import { useTopic } from '../live/live-context.js';
import { runsQuery } from '../runs/queries.js';
import { RunList } from '../runs/run-list.js';
import styles from '../runs/runs.module.css';
import { useSession } from '../session/session.js';
import { OutputsTable } from './outputs-table.js';
import { stateQuery } from './queries.js';
import { useWorkspace } from './workspace-context.js';
import { useAddressPart } from '../page/address.js';

/** The newest runs, the outputs and the resources. */
export function WorkspacePage() {
  const workspace = useWorkspace();
  const { client } = useSession();
  const org = useAddressPart('org');
  useTopic('tasks');
  const runs = useInfiniteQuery(runsQuery(client, { workspaceId: workspace.id }, 5));
  const state = useQuery(stateQuery(client, workspace.id));
  const newest = runs.data?.pages[0]?.items;
  const none = state.error instanceof ApiProblem && state.error.status === 404;
  return (
    <div className={styles.stack}>
      <Card
        title="Newest runs"
        flush
        aside={
          <Link to="/app/$org/$workspace/runs" params={{ org, workspace: workspace.name }}>
            all runs
          </Link>
        }
      >
        {newest === undefined ? (
          runs.error === null ? (
            <Loading />
          ) : (
            <Failure error={runs.error} onRetry={() => void runs.refetch()} />
          )
        ) : newest.length === 0 ? (
          <Empty title="Nothing has run here yet">
            <p>
              Start a run above, or use “berth run --workspace {workspace.name}” in the directory of the
              configuration.
            </p>
          </Empty>
        ) : (
          <RunList runs={newest} ofOneWorkspace />
        )}
      </Card>
      {none ? (
        <Card title="State">
          <Empty title="There is no state yet">
            <p>The first apply makes one.</p>
          </Empty>
        </Card>
      ) : state.data === undefined ? (
        <Card title="State" flush>
          {state.error === null ? (
            <Loading />
          ) : (
            <Failure error={state.error} onRetry={() => void state.refetch()} />
          )}
        </Card>
      ) : (
        <>
          <Card
            title="Outputs"
            flush
            aside={
              <span className={surface.quiet}>
                serial {state.data.serial}, <Ago at={state.data.createdAt} />
              </span>
            }
          >
            <OutputsTable outputs={state.data.outputs} />
          </Card>
          <Card title={`Resources (${state.data.resources.length.toLocaleString('en')})`} flush>
            <Resources resources={state.data.resources} />
          </Card>
        </>
      )}
    </div>
  );
}

const SHOWN = 200;

function Resources({
  resources,
}: {
  readonly resources: readonly { address: string; type: string; provider: string | null }[];
}) {
  const [wanted, setWanted] = useState('');
  const found = resources.filter(({ address }) => address.toLowerCase().includes(wanted.toLowerCase()));
  if (resources.length === 0) {
    return <Empty title="The state has no resources" />;
  }
  return (
    <>
      {resources.length > 10 ? (
        <div className={surface.cardBody}>
          <input
            type="search"
            data-search
            aria-label="Filter the resources"
            placeholder="Filter by address"
            value={wanted}
            onChange={(event) => {
              setWanted(event.target.value);
            }}
          />
        </div>
      ) : null}
      <Table
        items={found.slice(0, SHOWN)}
        keyOf={({ address }) => address}
        columns={[
          { name: 'Address', cell: ({ address }) => <code>{address}</code> },
          { name: 'Provider', cell: ({ provider }) => providerInShort(provider) },
        ]}
      />
      {found.length > SHOWN ? (
        <p className={surface.cardBody}>
          {SHOWN} of {found.length.toLocaleString('en')} are shown. Filter to see others.
        </p>
      ) : null}
    </>
  );
}

/** `provider["registry.terraform.io/hashicorp/aws"]` → `hashicorp/aws`; one from elsewhere keeps its host. */
function providerInShort(provider: string | null): string {
  const [, source = provider ?? ''] = /provider\["(.*)"\]/.exec(provider ?? '') ?? [];
  return source.replace(/^registry\.(terraform\.io|opentofu\.org)\//, '');
}
