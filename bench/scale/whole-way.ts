import { startBuildPlatform } from '../build-platform.js';
import type { Table } from './table.js';
import { AGENTS, Way, WORKSPACES } from './way.js';

const IN_FLIGHT = 16;
const WARM_UP_MS = 5_000;
const MEASURED_MS = 30_000;
const ENDED_BEFORE = [0, 1_000_000];
const SCHEDULERS = [1, 3];

/** Tasks a second through the whole control plane; `peers` is the same beside others, and takes longer. */
export async function wholeWay(): Promise<Table[]> {
  const rows: string[][] = [];
  for (const ended of ENDED_BEFORE) {
    for (const schedulers of SCHEDULERS) {
      const names = Array.from({ length: schedulers }, () => 'scheduler');
      const platform = await startBuildPlatform(['api', ...names, 'registry']);
      try {
        const way = await Way.through(platform, ended);
        await way.open();
        const pace = await way.pace(IN_FLIGHT, WARM_UP_MS, MEASURED_MS).finally(async () => way.close());
        rows.push([
          String(schedulers),
          String(ended),
          pace.perSecond.toFixed(0),
          pace.medianMs.toFixed(0),
          pace.p95Ms.toFixed(0),
          pace.processorMs.toFixed(1),
        ]);
        console.error(`whole way: ${rows.at(-1)?.join(' | ') ?? ''}`);
      } finally {
        await platform.stop();
      }
    }
  }
  return [
    {
      title: `The whole way of a task, ${IN_FLIGHT} in flight, ${AGENTS} simulated agents, ${WORKSPACES} workspaces`,
      columns: ['schedulers', 'ended before', 'tasks a second', 'ms median', 'p95', 'processor ms a task'],
      rows,
    },
  ];
}
