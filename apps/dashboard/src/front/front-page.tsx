import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Card, Empty, Failure, Loading } from '../design/surface.js';
import { useTopic } from '../live/live-context.js';
import { Harbour } from '../harbour/harbour.js';
import { overviewQuery } from '../harbour/queries.js';
import { runsQuery, waitingForMe } from '../runs/queries.js';
import { RunList } from '../runs/run-list.js';
import styles from '../runs/runs.module.css';
import { useMay, useMayAnywhere, useSession } from '../session/session.js';
import { useTitle } from '../page/title.js';
import front from './front.module.css';
import { LatencyChart } from './latency-chart.js';
import { NeedsAttention, OpenDeadLetters } from './needs-attention.js';
import { Queue } from './queue.js';

const ACTIVE = 'assigned,planning,apply_queued,applying,running';
const SHOWN = 20;

/** What waits for me, what runs, and why the rest waits. */
export function FrontPage() {
  const may = useMay();
  const seesRuns = useMayAnywhere('tasks:read');
  useTitle('Front page');
  if (!seesRuns) {
    return (
      <div className={styles.stack}>
        <h1>Front page</h1>
        <Empty title="Nothing is open to you here yet">
          <p>
            You are a member of this organization, and have no role in it. Ask one of its owners or admins for
            one.
          </p>
        </Empty>
      </div>
    );
  }
  return (
    <div className={styles.stack}>
      <h1>Front page</h1>
      <div className={front.grid}>
        <div className={front.column}>
          <WaitsForMe />
          <RunsNow />
        </div>
        {may('agents:read') ? <Figures /> : null}
      </div>
      {may('agents:read') ? (
        <Card title="Harbour" aside={<Link to="/agents">all agents</Link>}>
          <div className={front.column}>
            <Harbour />
          </div>
        </Card>
      ) : null}
    </div>
  );
}

function WaitsForMe() {
  const { client } = useSession();
  const may = useMay();
  const mine = useQuery(waitingForMe(client));
  return (
    <Card title="Waits for you" flush>
      <NeedsAttention />
      {may('dead-letters:read') ? <OpenDeadLetters /> : null}
      {mine.data === undefined ? (
        mine.error === null ? (
          <Loading label="Loading what waits for you" />
        ) : (
          <Failure error={mine.error} onRetry={() => void mine.refetch()} />
        )
      ) : mine.data.items.length === 0 ? (
        <Empty title="No plan waits for you" />
      ) : (
        <RunList runs={mine.data.items} />
      )}
    </Card>
  );
}

function RunsNow() {
  const { client } = useSession();
  useTopic('tasks');
  const active = useInfiniteQuery(runsQuery(client, { status: ACTIVE }, SHOWN));
  const runs = active.data?.pages.flatMap(({ items }) => items);
  return (
    <Card title="Runs now" flush aside={<Link to="/runs">all runs</Link>}>
      {runs === undefined ? (
        active.error === null ? (
          <Loading label="Loading what runs" />
        ) : (
          <Failure error={active.error} onRetry={() => void active.refetch()} />
        )
      ) : runs.length === 0 ? (
        <Empty title="Nothing runs now">
          <p>
            A run begins in a <Link to="/workspaces">workspace</Link>, or with “berth run” in a directory.
          </p>
        </Empty>
      ) : (
        <RunList runs={runs} />
      )}
    </Card>
  );
}

function Figures() {
  const { client } = useSession();
  const { data, error, refetch } = useQuery(overviewQuery(client));
  return (
    <div className={front.column}>
      <Card title="Queue" flush>
        {data === undefined ? (
          error === null ? (
            <Loading label="Loading the queue" />
          ) : (
            <Failure error={error} onRetry={() => void refetch()} />
          )
        ) : (
          <Queue overview={data} />
        )}
      </Card>
      {data === undefined ? null : (
        <Card title="How fast">
          <div className={front.charts}>
            <LatencyChart
              title="Until a slot"
              hours={data.latency.map(({ at, dispatch }) => ({ at, ...dispatch }))}
            />
            <LatencyChart
              title="Confirmed until applying"
              hours={data.latency.map(({ at, confirmToApply }) => ({ at, ...confirmToApply }))}
            />
          </div>
        </Card>
      )}
    </div>
  );
}
