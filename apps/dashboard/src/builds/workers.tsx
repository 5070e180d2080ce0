import type { Schemas } from '@berth/client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { DataTable } from '../design/data-table.js';
import { Card, Empty } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { Ago } from '../design/time.js';
import { AgentBadge } from '../harbour/agent-badge.js';
import { nameOf } from '../harbour/harbour-model.js';
import { agentsQuery, slotsQuery } from '../harbour/queries.js';
import { useTopic } from '../live/live-context.js';
import { runsQuery, type Run } from '../runs/queries.js';
import { useSession } from '../session/session.js';

const SHOWN = 200;

/** Who builds: the workers that poll, and what waits for a platform of theirs. */
export function Workers() {
  const { client } = useSession();
  useTopic('agents', 'slots');
  const agents = useQuery(agentsQuery(client));
  const { data: slots = [] } = useQuery(slotsQuery(client));
  const waiting = useInfiniteQuery(runsQuery(client, { kind: 'build', status: 'pending' }, SHOWN));
  const workers = agents.data?.filter(({ kind }) => kind === 'worker');
  return (
    <Card
      title="Workers"
      flush
      aside={<Queue builds={waiting.data?.pages.flatMap(({ items }) => items) ?? []} />}
    >
      <DataTable<Schemas['Agent']>
        query={{ ...agents, data: workers }}
        keyOf={({ id }) => id}
        empty={
          <Empty title="No worker is here">
            <p>Builds with steps run on agents. Workers of your own poll for the others.</p>
          </Empty>
        }
        columns={[
          { name: 'Worker', cell: (worker) => nameOf(worker) },
          { name: 'State', cell: (worker) => <AgentBadge agent={worker} /> },
          { name: 'Builds for', cell: ({ platforms }) => platforms.join(', ') },
          {
            name: 'Builds',
            cell: ({ id, slots: most }) =>
              `${slots.filter(({ agentId, state }) => agentId === id && state === 'running').length} of ${most}`,
          },
          {
            name: 'Heard',
            cell: ({ lastHeartbeatAt }) =>
              lastHeartbeatAt === null ? 'never' : <Ago at={lastHeartbeatAt} />,
          },
        ]}
      />
    </Card>
  );
}

/** How many builds wait for which platform. */
function Queue({ builds }: { readonly builds: readonly Run[] }) {
  const counts = new Map<string, number>();
  builds.forEach(({ platform }) => {
    counts.set(platform ?? 'agents', (counts.get(platform ?? 'agents') ?? 0) + 1);
  });
  return (
    <span className={surface.quiet}>
      {counts.size === 0
        ? 'nothing waits'
        : `wait: ${[...counts].map(([platform, count]) => `${count} for ${platform}`).join(', ')}`}
    </span>
  );
}
