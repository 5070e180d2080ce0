import { useQuery } from '@tanstack/react-query';
import tabs from '../design/tabs.module.css';
import { Link, Outlet } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../design/button.js';
import { Failure, Loading } from '../design/surface.js';
import styles from '../runs/runs.module.css';
import { useMay, useSession } from '../session/session.js';
import { useTitle } from '../page/title.js';
import { Attention } from './attention.js';
import { workspaceQuery } from './queries.js';
import { StartRun } from './start-run.js';
import { WorkspaceProvider } from './workspace-context.js';
import { useAddressPart } from '../page/address.js';

/** What stands above every page of a workspace. */
export function WorkspaceLayout() {
  const org = useAddressPart('org');
  const name = useAddressPart('workspace');
  const { client } = useSession();
  const may = useMay();
  const [starting, setStarting] = useState(false);
  const { data: workspace, error, refetch } = useQuery(workspaceQuery(client, name));
  useTitle(name);
  if (workspace === undefined) {
    return error === null ? (
      <Loading label="Loading the workspace" />
    ) : (
      <Failure error={error} onRetry={() => void refetch()} />
    );
  }
  const params = { org, workspace: workspace.name };
  const pages = [
    ['/app/$org/$workspace', 'Overview', true],
    ['/app/$org/$workspace/runs', 'Runs', true],
    ['/app/$org/$workspace/variables', 'Variables', may('variables:read', workspace)],
    ['/app/$org/$workspace/states', 'States', may('states:read', workspace)],
    ['/app/$org/$workspace/settings', 'Settings', true],
  ] as const;
  return (
    <WorkspaceProvider value={workspace}>
      <div className={styles.stack}>
        <div className={styles.head}>
          <div>
            <h1>{workspace.name}</h1>
            <p className={styles.about}>
              <span>project {workspace.project}</span>
              <span>
                {workspace.engine} {workspace.engineVersion ?? ''}
              </span>
              <span>pool {workspace.pool}</span>
            </p>
          </div>
          {may('tasks:plan', workspace) ? (
            <Button
              look="primary"
              onClick={() => {
                setStarting(true);
              }}
            >
              Start a run
            </Button>
          ) : null}
        </div>
        {workspace.needsAttention ? <Attention workspace={workspace} /> : null}
        <nav className={tabs.tabs} aria-label="Parts of the workspace">
          {pages
            .filter(([, , shown]) => shown)
            .map(([to, label]) => (
              <Link
                key={to}
                to={to}
                params={params}
                activeOptions={{ exact: to === '/app/$org/$workspace', includeSearch: false }}
                activeProps={{ 'aria-current': 'page' }}
              >
                {label}
              </Link>
            ))}
        </nav>
        <Outlet />
        {starting ? (
          <StartRun
            workspace={workspace}
            onClose={() => {
              setStarting(false);
            }}
          />
        ) : null}
      </div>
    </WorkspaceProvider>
  );
}
