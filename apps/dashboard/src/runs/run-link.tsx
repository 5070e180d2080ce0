import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useSession } from '../session/session.js';
import type { Run } from './queries.js';

/** Leads to a run's own page. */
export function RunLink({
  run,
  children,
  row = false,
}: {
  readonly run: Run;
  readonly children: ReactNode;
  readonly row?: boolean;
}) {
  const { whoami } = useSession();
  const mark = row ? { 'data-row': true } : {};
  return run.workspace === null ? (
    <Link to="/builds/$id" params={{ id: run.id }} {...mark}>
      {children}
    </Link>
  ) : (
    <Link
      to="/app/$org/$workspace/runs/$id"
      params={{ org: whoami.organization.name, workspace: run.workspace.name, id: run.id }}
      {...mark}
    >
      {children}
    </Link>
  );
}

/** What a run is called: what its author said, or else what it does. */
export function titleOf(run: Run): string {
  return (
    run.message ??
    (run.operation === 'destroy'
      ? 'Destroy everything'
      : run.operation === 'plan'
        ? 'Plan'
        : run.kind === 'build'
          ? 'Build'
          : 'Plan and apply')
  );
}
