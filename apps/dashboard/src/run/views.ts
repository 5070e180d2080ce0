import type { Run } from '../runs/queries.js';

export type View = 'plan' | 'plan-log' | 'apply-log' | 'build-log' | 'timeline' | 'facts';

interface ViewOfRun {
  readonly name: View;
  readonly label: string;
  readonly isFor: (run: Run) => boolean;
}

const isBuild = (run: Run): boolean => run.kind === 'build';

export const VIEWS: readonly ViewOfRun[] = [
  { name: 'plan', label: 'Plan', isFor: (run) => !isBuild(run) },
  { name: 'plan-log', label: 'Log of the plan', isFor: (run) => !isBuild(run) },
  { name: 'apply-log', label: 'Log of the apply', isFor: (run) => !isBuild(run) && run.operation !== 'plan' },
  { name: 'build-log', label: 'Log', isFor: isBuild },
  { name: 'timeline', label: 'Timeline', isFor: () => true },
  { name: 'facts', label: 'Details', isFor: () => true },
];

/** What somebody who opens a run wants to see first. */
export function viewFor(run: Run): View {
  if (isBuild(run)) {
    return 'build-log';
  }
  if (run.status === 'failed') {
    return run.phase === 'apply' ? 'apply-log' : 'plan-log';
  }
  if (run.phase === 'apply' && run.status !== 'apply_pending') {
    return 'apply-log';
  }
  return run.planHash === null ? 'plan-log' : 'plan';
}
