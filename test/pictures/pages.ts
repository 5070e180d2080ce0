import type { Task } from '@berth/contracts';
import { runPath } from '../support/dashboard.js';
import type { Shown } from './runs.js';

interface PictureOfPage {
  readonly name: string;
  readonly path: string;
  /** A text that stands there when all has come. */
  readonly shows: string;
}

/** Every page of the dashboard, and runs in the states in which they look different. */
export function pagesOf(runs: Shown, built: Task): readonly PictureOfPage[] {
  const run = ({ workspace, id }: Task, view?: string): string =>
    `${runPath(workspace?.name ?? '', id)}${view === undefined ? '' : `?view=${view}`}`;
  const workspace = '/app/default/network';
  return [
    { name: 'front-page', path: '/', shows: 'From the queue to a slot' },
    { name: 'runs', path: '/runs', shows: 'Move the network' },
    { name: 'run-waiting', path: run(runs.waiting), shows: 'module.vpc' },
    { name: 'run-applied', path: run(runs.applied), shows: 'Apply complete' },
    { name: 'run-cold', path: run(runs.cold), shows: 'Apply complete' },
    { name: 'run-failed', path: run(runs.failed), shows: 'Creation errored' },
    { name: 'run-applying', path: run(runs.applying), shows: 'Still creating' },
    { name: 'run-behind', path: run(runs.behind), shows: 'In the way' },
    { name: 'run-approvals', path: run(runs.approved), shows: '1 of 2 approvals' },
    { name: 'run-timeline', path: run(runs.applied, 'timeline'), shows: 'as discussed' },
    { name: 'workspaces', path: '/workspaces', shows: 'shop-frontend' },
    { name: 'workspace', path: workspace, shows: 'terraform_data.peering' },
    { name: 'workspace-variables', path: `${workspace}/variables`, shows: 'CLOUD_ACCOUNT' },
    { name: 'workspace-states', path: `${workspace}/states`, shows: 'newest' },
    { name: 'workspace-settings', path: `${workspace}/settings`, shows: 'Working directory' },
    { name: 'agents', path: '/agents', shows: 'north-2' },
    { name: 'pools', path: '/pools', shows: 'sandbox' },
    { name: 'builds', path: '/builds', shows: 'Site for version 2.14' },
    { name: 'build', path: `/builds/${built.id}`, shows: '212 tests passed' },
    { name: 'dead-letters', path: '/dead-letters', shows: 'DISK_FULL' },
    { name: 'settings-members', path: '/settings/members', shows: 'Chiara Lund' },
    { name: 'settings-grants', path: '/settings/grants', shows: 'team operations' },
    { name: 'settings-service-keys', path: '/settings/service-keys', shows: 'status page' },
    { name: 'settings-audit', path: '/settings/audit', shows: 'drainAgent' },
  ];
}
