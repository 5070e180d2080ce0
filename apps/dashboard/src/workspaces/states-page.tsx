import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../design/button.js';
import { Confirm } from '../design/confirm.js';
import controls from '../design/controls.module.css';
import { Card, Empty, Failure, Loading } from '../design/surface.js';
import { sizeInWords } from '../design/size.js';
import surface from '../design/surface.module.css';
import { Table } from '../design/data-table.js';
import { Ago } from '../design/time.js';
import { useAct } from '../design/use-act.js';
import styles from '../runs/runs.module.css';
import { useMay, useSession } from '../session/session.js';
import { stateVersionsQuery, type StateVersion } from './queries.js';
import { StateChanges } from './state-changes.js';
import { useWorkspace } from './workspace-context.js';
import { useAddressPart } from '../page/address.js';

/** The versions of the state, what each has changed, and the way back to one. */
export function StatesPage() {
  const workspace = useWorkspace();
  const { client } = useSession();
  const org = useAddressPart('org');
  const may = useMay();
  const { version, since } = useSearch({ strict: false });
  const [restoring, setRestoring] = useState<StateVersion | null>(null);
  const versions = useInfiniteQuery(stateVersionsQuery(client, workspace.id));
  const all = versions.data?.pages.flatMap(({ items }) => items);
  const newest = all?.[0];
  const restore = useAct(
    async (id: string) =>
      client.post('/api/v1/workspaces/{workspace}/state-versions/{id}/restore', {
        params: { path: { workspace: workspace.id, id } },
        body: newest === undefined ? {} : { newestId: newest.id },
      }),
    ['workspaces', 'one', workspace.id],
  );
  return (
    <div className={styles.stack}>
      {version === undefined ? null : (
        <StateChanges workspace={workspace} version={version} since={since} versions={all ?? []} />
      )}
      <Card title="Versions" flush>
        {all === undefined ? (
          versions.error === null ? (
            <Loading />
          ) : (
            <Failure error={versions.error} onRetry={() => void versions.refetch()} />
          )
        ) : all.length === 0 ? (
          <Empty title="There is no state yet">
            <p>The first apply makes one. A state from elsewhere is given with “berth states push”.</p>
          </Empty>
        ) : (
          <Table
            items={all}
            keyOf={(each) => each.id}
            columns={[
              {
                name: 'Serial',
                cell: (each) => (
                  <>
                    {each.serial}{' '}
                    {each.id === all[0]?.id ? (
                      <span className={surface.badge} data-tone="busy">
                        newest
                      </span>
                    ) : null}
                  </>
                ),
              },
              {
                name: 'Made',
                cell: (each) => <Ago at={each.createdAt} />,
              },
              {
                name: 'By',
                cell: (each) =>
                  each.taskId === null ? (
                    'a person or program'
                  ) : (
                    <Link
                      to="/app/$org/$workspace/runs/$id"
                      params={{ org, workspace: workspace.name, id: each.taskId }}
                    >
                      a run
                    </Link>
                  ),
              },
              { name: 'Size', cell: (each) => sizeInWords(each.sizeBytes) },
              {
                name: 'Look and restore',
                cell: (each) => (
                  <span className={controls.buttons}>
                    <Link to="." search={{ version: each.id }} resetScroll data-row>
                      What changed
                    </Link>
                    {each.id !== all[0]?.id && may('states:write', workspace) ? (
                      <Button
                        small
                        aria-label={`Restore serial ${each.serial}`}
                        onClick={() => {
                          setRestoring(each);
                        }}
                      >
                        Restore
                      </Button>
                    ) : null}
                  </span>
                ),
              },
            ]}
          />
        )}
      </Card>
      {versions.hasNextPage ? (
        <div>
          <Button busy={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
            Older versions
          </Button>
        </div>
      ) : null}
      {restoring === null ? null : (
        <Confirm
          title={`Go back to serial ${restoring.serial}`}
          button="Restore it"
          typed={workspace.name}
          busy={restore.isPending}
          problem={restore.error}
          onClose={() => {
            restore.reset();
            setRestoring(null);
          }}
          onSure={() => {
            restore.mutate(restoring.id, {
              onSuccess: () => {
                setRestoring(null);
              },
            });
          }}
        >
          <p>
            A new version with the content of serial {restoring.serial} becomes the newest one. Nothing
            outside of the state is changed: what was made since then is no longer known to it, and the next
            plan shows what that means.
          </p>
        </Confirm>
      )}
    </div>
  );
}
