import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../design/button.js';
import { Check, Field } from '../design/field.js';
import { SearchForm } from '../design/search-form.js';
import { Card, Empty, Failure, Loading } from '../design/surface.js';
import { useTopic } from '../live/live-context.js';
import { useSession } from '../session/session.js';
import { useNarrow } from '../page/narrow.js';
import { useTitle } from '../page/title.js';
import { runsQuery, type Run, type RunFilter } from './queries.js';
import { RunList } from './run-list.js';
import styles from './runs.module.css';
import { SeveralRuns } from './several-runs.js';
import { STATUS } from './status.js';

const OPERATIONS = ['plan', 'plan_and_apply', 'apply', 'destroy'] as const;
const GROUPS: readonly (readonly [label: string, status: string])[] = [
  ['any state', ''],
  ['not over', 'pending,assigned,planning,apply_pending,apply_queued,applying,running'],
  ...Object.entries(STATUS).map(([status, { label }]) => [label, status] as const),
];

/** All runs of the organization; what they are narrowed to lives in the address. */
export function RunsPage() {
  const filter: RunFilter = useSearch({ strict: false });
  const { client } = useSession();
  useTitle('Runs');
  useTopic('tasks');
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    runsQuery(client, filter),
  );
  const runs = data?.pages.flatMap(({ items }) => items);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const choose = (run: Run, on: boolean): void => {
    const next = new Set(chosen);
    if (on) {
      next.add(run.id);
    } else {
      next.delete(run.id);
    }
    setChosen(next);
  };
  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <h1>Runs</h1>
      </div>
      <Filters filter={filter} />
      <SeveralRuns
        runs={(runs ?? []).filter(({ id }) => chosen.has(id))}
        onDone={() => {
          setChosen(new Set());
        }}
      />
      <Card flush>
        {runs === undefined ? (
          error === null ? (
            <Loading label="Loading the runs" />
          ) : (
            <Failure error={error} onRetry={() => void refetch()} />
          )
        ) : runs.length === 0 ? (
          <Empty title="No run is like that">
            <p>
              Choose another state or search for something else. Runs begin in a workspace, or with “berth
              run”.
            </p>
          </Empty>
        ) : (
          <RunList
            runs={runs}
            before={(run) => (
              <input
                type="checkbox"
                aria-label={`Choose ${run.message ?? run.id}`}
                checked={chosen.has(run.id)}
                onChange={(event) => {
                  choose(run, event.target.checked);
                }}
              />
            )}
          />
        )}
      </Card>
      {hasNextPage ? (
        <div>
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Older runs
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function Filters({ filter }: { readonly filter: RunFilter }) {
  const narrow = useNarrow(filter);
  return (
    <SearchForm
      text={filter.search ?? ''}
      placeholder="message or workspace"
      onSearch={(search) => {
        narrow({ search });
      }}
    >
      <Field label="State">
        {(control) => (
          <select
            {...control}
            value={filter.status ?? ''}
            onChange={(event) => {
              narrow({ status: event.target.value });
            }}
          >
            {GROUPS.map(([label, status]) => (
              <option key={label} value={status}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Operation">
        {(control) => (
          <select
            {...control}
            value={filter.operation ?? ''}
            onChange={(event) => {
              narrow({ operation: event.target.value });
            }}
          >
            <option value="">any</option>
            {OPERATIONS.map((operation) => (
              <option key={operation} value={operation}>
                {operation.replaceAll('_', ' ')}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Check
        label="waits for me"
        checked={filter.waitsForMe === true}
        onChange={(on) => {
          narrow({ waitsForMe: on });
        }}
      />
    </SearchForm>
  );
}
