import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../design/button.js';
import { Check, Field } from '../design/field.js';
import { SearchForm } from '../design/search-form.js';
import { Card, Empty, Failure, Loading } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { Table } from '../design/data-table.js';
import { Ago } from '../design/time.js';
import styles from '../runs/runs.module.css';
import { useMayAnywhere, useSession } from '../session/session.js';
import { useNarrow } from '../page/narrow.js';
import { useTitle } from '../page/title.js';
import { CreateWorkspace } from './create-workspace.js';
import { projectsQuery, workspacesQuery, type WorkspaceFilter } from './queries.js';

/** All workspaces that the person may see. */
export function WorkspacesPage() {
  const filter: WorkspaceFilter = useSearch({ strict: false });
  const { client, whoami } = useSession();
  const mayCreate = useMayAnywhere('workspaces:create');
  const [creating, setCreating] = useState(false);
  useTitle('Workspaces');
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    workspacesQuery(client, filter),
  );
  const workspaces = data?.pages.flatMap(({ items }) => items);
  const narrowed = Object.keys(filter).length > 0;
  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <h1>Workspaces</h1>
        {mayCreate ? (
          <Button
            look="primary"
            onClick={() => {
              setCreating(true);
            }}
          >
            Create a workspace
          </Button>
        ) : null}
      </div>
      <Filters filter={filter} />
      <Card flush>
        {workspaces === undefined ? (
          error === null ? (
            <Loading label="Loading the workspaces" />
          ) : (
            <Failure error={error} onRetry={() => void refetch()} />
          )
        ) : workspaces.length === 0 ? (
          <Empty title={narrowed ? 'No workspace is like that' : 'There is no workspace yet'}>
            <p>
              {narrowed
                ? 'Search for something else, or leave the filter out.'
                : 'A workspace is one configuration with its state, variables and runs. Create one here, or run “berth run --create” in the directory of a configuration.'}
            </p>
          </Empty>
        ) : (
          <Table
            items={workspaces}
            keyOf={(workspace) => workspace.id}
            columns={[
              {
                name: 'Name',
                cell: (workspace) => (
                  <>
                    <Link
                      to="/app/$org/$workspace"
                      params={{ org: whoami.organization.name, workspace: workspace.name }}
                      data-row
                    >
                      {workspace.name}
                    </Link>{' '}
                    {workspace.needsAttention ? (
                      <span className={surface.badge} data-tone="bad">
                        needs attention
                      </span>
                    ) : null}
                  </>
                ),
              },
              { name: 'Project', cell: (workspace) => workspace.project },
              {
                name: 'Engine',
                cell: (workspace) => (
                  <>
                    {workspace.engine} {workspace.engineVersion ?? ''}
                  </>
                ),
              },
              { name: 'Pool', cell: (workspace) => workspace.pool },
              {
                name: 'Source',
                cell: (workspace) => (workspace.git === null ? 'upload' : workspace.git.url),
              },
              {
                name: 'Changed',
                cell: (workspace) => <Ago at={workspace.updatedAt} />,
              },
            ]}
          />
        )}
      </Card>
      {hasNextPage ? (
        <div>
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            More workspaces
          </Button>
        </div>
      ) : null}
      {creating ? (
        <CreateWorkspace
          onClose={() => {
            setCreating(false);
          }}
        />
      ) : null}
    </div>
  );
}

function Filters({ filter }: { readonly filter: WorkspaceFilter }) {
  const { client } = useSession();
  const { data: projects = [] } = useQuery(projectsQuery(client));
  const narrow = useNarrow(filter);
  return (
    <SearchForm
      text={filter.search ?? ''}
      placeholder="name"
      onSearch={(search) => {
        narrow({ search });
      }}
    >
      <Field label="Project">
        {(control) => (
          <select
            {...control}
            value={filter.project ?? ''}
            onChange={(event) => {
              narrow({ project: event.target.value });
            }}
          >
            <option value="">all</option>
            {projects.map(({ id, name }) => (
              <option key={id}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      <Check
        label="needs attention"
        checked={filter.needsAttention === 'true'}
        onChange={(on) => {
          narrow({ needsAttention: on ? 'true' : '' });
        }}
      />
    </SearchForm>
  );
}
