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
      <WaitsForMe />
      {may('agents:read') ? (
        <>
          <div className={front.grid}>
            <div className={front.column}>
              <RunsNow />
              <HowFast />
            </div>
            <QueueCard />
          </div>
          <Card title="Harbour" aside={<Link to="/agents">all agents</Link>}>
            <Harbour brief />
          </Card>
        </>
      ) : (
        <RunsNow />
      )}
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
      {mine.data === undefined ? (
        mine.error === null ? (
          <Loading label="Loading what waits for you" />
        ) : (
          <Failure error={mine.error} onRetry={() => void mine.refetch()} />
        )
      ) : mine.data.items.length === 0 ? (
        <p className={front.nothing}>No plan waits for you.</p>
      ) : (
        <RunList runs={mine.data.items} />
      )}
      {may('dead-letters:read') ? <OpenDeadLetters /> : null}
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

function QueueCard() {
  const { client } = useSession();
  const { data, error, refetch } = useQuery(overviewQuery(client));
  return (
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
  );
}

function HowFast() {
  const { client } = useSession();
  const { data } = useQuery(overviewQuery(client));
  return data === undefined ? null : (
    <Card title="How fast" aside={<span className={front.aside}>the last 24 hours, by hour</span>}>
      <div className={front.charts}>
        <LatencyChart
          title="From the queue to a slot"
          hours={data.latency.map(({ at, dispatch }) => ({ at, ...dispatch }))}
        />
        <LatencyChart
          title="From the confirmation to the apply"
          hours={data.latency.map(({ at, confirmToApply }) => ({ at, ...confirmToApply }))}
        />
      </div>
    </Card>
  );
}
