import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from '../design/button.js';
import { Card, Empty, Failure, Loading } from '../design/surface.js';
import { useTopic } from '../live/live-context.js';
import { runsQuery } from '../runs/queries.js';
import { RunList } from '../runs/run-list.js';
import styles from '../runs/runs.module.css';
import { useMay, useSession } from '../session/session.js';
import { useTitle } from '../page/title.js';
import { Workers } from './workers.js';

/** Builds, of agents and of polling workers alike. */
export function BuildsPage() {
  const { client } = useSession();
  const may = useMay();
  useTitle('Builds');
  useTopic('tasks');
  const builds = useInfiniteQuery(runsQuery(client, { kind: 'build' }));
  const all = builds.data?.pages.flatMap(({ items }) => items);
  return (
    <div className={styles.stack}>
      <h1>Builds</h1>
      {may('agents:read') ? <Workers /> : null}
      <Card flush>
        {all === undefined ? (
          builds.error === null ? (
            <Loading />
          ) : (
            <Failure error={builds.error} onRetry={() => void builds.refetch()} />
          )
        ) : all.length === 0 ? (
          <Empty title="Nothing has been built yet">
            <p>
              “berth builds submit” and the API hand builds in; docs/build-workers.md tells how workers join.
            </p>
          </Empty>
        ) : (
          <RunList runs={all} />
        )}
      </Card>
      {builds.hasNextPage ? (
        <div>
          <Button busy={builds.isFetchingNextPage} onClick={() => void builds.fetchNextPage()}>
            Older builds
          </Button>
        </div>
      ) : null}
    </div>
  );
}
