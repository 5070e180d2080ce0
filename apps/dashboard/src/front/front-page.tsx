import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Card, Empty, Failure, Loading } from '../design/surface.js';
import { runsQuery, waitingForMe } from '../runs/queries.js';
import { RunList } from '../runs/run-list.js';
import styles from '../runs/runs.module.css';
import { useSession } from '../session/session.js';
import { useTitle } from '../shell/title.js';

const ACTIVE = 'assigned,planning,apply_queued,applying,running';

/** What waits for me, what runs, and why the rest waits. */
export function FrontPage() {
  const { client } = useSession();
  useTitle('Front page');
  const mine = useQuery(waitingForMe(client));
  const active = useInfiniteQuery(runsQuery(client, { status: ACTIVE }, 20));
  return (
    <div className={styles.stack}>
      <h1>Front page</h1>
      <Card title="Waits for you" flush>
        {mine.data === undefined ? (
          mine.error === null ? (
            <Loading />
          ) : (
            <Failure error={mine.error} onRetry={() => void mine.refetch()} />
          )
        ) : mine.data.items.length === 0 ? (
          <Empty title="Nothing waits for you" />
        ) : (
          <RunList runs={mine.data.items} />
        )}
      </Card>
      <Card title="Runs now" flush aside={<Link to="/runs">all runs</Link>}>
        {active.data === undefined ? (
          <Loading />
        ) : (
          <RunList runs={active.data.pages.flatMap(({ items }) => items)} />
        )}
      </Card>
    </div>
  );
}
