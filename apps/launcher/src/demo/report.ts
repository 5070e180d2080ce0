import type { ApplyFigures } from './comparison.js';
import type { DemoRun } from './demo-run.js';
import { WORKSPACE } from './demo-workspace.js';
import type { PlatformAddress } from './platform-address.js';
import type { TimelineRow } from './timeline.js';

/** What happens between a mark and the next one. */
const WHAT_FOLLOWS: Readonly<Record<string, string>> = {
  queued: 'waits for a slot',
  assigned: 'the agent takes it and prepares',
  init: 'terraform init',
  plan: 'terraform plan, its file stored',
  planned: 'keeps its slot, waits for the confirmation',
  confirmed: 'waits for its slot to take it up',
  'plan restore': 'the stored plan is fetched and verified',
  'apply begun': 'terraform apply, process started',
};

/** A run's table: when each mark was reached, and what it took from there to the next. */
export function timelineLines({ title, task }: DemoRun, rows: readonly TimelineRow[]): string[] {
  const place = `${task.agentId ?? '?'}, slot ${task.slotId ?? '?'}`;
  return [
    '',
    `${title}: task ${task.id}, ${place}`,
    `  ${'mark'.padEnd(13)}${'at ms'.padStart(8)}${'takes ms'.padStart(11)}`,
    ...rows.map(({ mark, offsetMs, takesMs }) => {
      const columns = `  ${mark.padEnd(13)}${String(offsetMs).padStart(8)}${String(takesMs ?? '').padStart(11)}`;
      return takesMs === null ? columns.trimEnd() : `${columns}  ${WHAT_FOLLOWS[mark] ?? ''}`.trimEnd();
    }),
  ];
}

/** The two ways to apply, side by side. */
export function comparisonLines(warm: ApplyFigures, cold: ApplyFigures): string[] {
  const line = (label: string, left: string, right: string) =>
    `  ${label.padEnd(42)}${left.padStart(10)}${right.padStart(10)}`;
  const step = (seconds: number | null) =>
    seconds === null ? 'skipped' : `${Math.round(seconds * 1000)} ms`;
  return [
    '',
    'Applied in its warm slot, and cold',
    line('', 'warm', 'cold'),
    line('confirmed (cold: queued) to apply begun', `${warm.startedAfterMs} ms`, `${cold.startedAfterMs} ms`),
    line('of it terraform init', step(warm.initSeconds), step(cold.initSeconds)),
    line('of it plan restore', step(warm.planRestoreSeconds), step(cold.planRestoreSeconds)),
    line('confirmed (cold: queued) to applied', `${warm.totalMs} ms`, `${cold.totalMs} ms`),
    ...(warm.initSeconds === null ? [] : [`  The warm one was not warm this time: ${warm.reason}.`]),
    '  examples/hello needs no provider to be installed; where one is needed, init takes longer and so does cold.',
  ];
}

/** How to take away what the demo leaves. */
export function farewellLines({ apiUrl, keyInShell }: PlatformAddress): string[] {
  const body = JSON.stringify({ workspaceId: WORKSPACE, operation: 'destroy', autoApply: true });
  return [
    '',
    `Workspace ${WORKSPACE} keeps terraform_data.greeting in its state; the next demo changes it. To destroy it:`,
    `  curl -X POST -H "Authorization: Bearer ${keyInShell}" -H "Content-Type: application/json" \\`,
    `    -d '${body}' ${apiUrl}/api/v1/tasks`,
  ];
}
