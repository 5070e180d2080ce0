import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from '../design/button.js';
import { Card, Empty, Failure, Loading } from '../design/surface.js';
import { useTopic } from '../live/live-context.js';
import { runsQuery } from '../runs/queries.js';
import { RunList } from '../runs/run-list.js';
import styles from '../runs/runs.module.css';
import { useSession } from '../session/session.js';
import { useWorkspace } from './workspace-context.js';

export function WorkspaceRunsPage() {
  const workspace = useWorkspace();
  const { client } = useSession();
  useTopic('tasks');
  const runs = useInfiniteQuery(runsQuery(client, { workspaceId: workspace.id }));
  const all = runs.data?.pages.flatMap(({ items }) => items);
  return (
    <div className={styles.stack}>
      <Card flush>
        {all === undefined ? (
          runs.error === null ? (
            <Loading />
          ) : (
            <Failure error={runs.error} onRetry={() => void runs.refetch()} />
          )
        ) : all.length === 0 ? (
          <Empty title="Nothing has run here yet" />
        ) : (
          <RunList runs={all} ofOneWorkspace />
        )}
      </Card>
      {runs.hasNextPage ? (
        <div>
          <Button busy={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
            Older runs
          </Button>
        </div>
      ) : null}
    </div>
  );
}
