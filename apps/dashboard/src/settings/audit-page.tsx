import type { Schemas } from '@berth/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../design/button.js';
import { Field, TextField } from '../design/field.js';
import { Card, Empty, Failure, Loading, Notice } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { Table, type Column } from '../design/data-table.js';
import { Ago } from '../design/time.js';
import { giveFile } from '../design/give-file.js';
import { useNarrow } from '../page/narrow.js';
import { actorInWords } from '../runs/status.js';
import controls from '../design/controls.module.css';
import styles from '../runs/runs.module.css';
import { useSession } from '../session/session.js';

type AuditRecord = Schemas['AuditRecord'];
interface AuditFilter {
  readonly actor?: string;
  readonly operation?: string;
  readonly object?: string;
  readonly outcome?: 'done' | 'refused';
}

const EXPORT_MS = 600_000;

/** Who changed what, refusals among them. */
export function AuditPage() {
  const filter = auditFilter(useSearch({ strict: false }));
  const { client } = useSession();
  const [failed, setFailed] = useState(false);
  const records = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: async ({ signal, pageParam }) =>
      client.get('/api/v1/audit', {
        params: { query: { ...filter, limit: 50, ...(pageParam === null ? {} : { cursor: pageParam }) } },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const all = records.data?.pages.flatMap(({ items }) => items);
  const exportAll = async (): Promise<void> => {
    setFailed(false);
    try {
      giveFile(
        await client.get('/api/v1/audit/export', { params: { query: filter }, timeoutMs: EXPORT_MS }),
        'audit.jsonl',
      );
    } catch {
      setFailed(true);
    }
  };
  return (
    <div className={styles.stack}>
      <Filters filter={filter} />
      {failed ? <Notice tone="bad">The records could not be exported. Try again.</Notice> : null}
      <Card
        title="Audit log"
        flush
        aside={
          <Button small onClick={() => void exportAll()}>
            Export as JSON lines
          </Button>
        }
      >
        {all === undefined ? (
          records.error === null ? (
            <Loading />
          ) : (
            <Failure error={records.error} onRetry={() => void records.refetch()} />
          )
        ) : all.length === 0 ? (
          <Empty title="No record is like that" />
        ) : (
          <Table items={all} keyOf={({ id }) => id} columns={COLUMNS} />
        )}
      </Card>
      {records.hasNextPage ? (
        <div>
          <Button busy={records.isFetchingNextPage} onClick={() => void records.fetchNextPage()}>
            Older records
          </Button>
        </div>
      ) : null}
    </div>
  );
}

const COLUMNS: readonly Column<AuditRecord>[] = [
  { name: 'When', cell: ({ at }) => <Ago at={at} /> },
  { name: 'Who', cell: ({ actor }) => actorInWords(actor) },
  { name: 'What', cell: ({ operation }) => <code>{operation}</code> },
  {
    name: 'On',
    cell: ({ object: { type, id, name } }) => (
      <span title={id}>
        {type} {name ?? shortened(id)}
      </span>
    ),
  },
  {
    name: 'Outcome',
    cell: ({ outcome, code }) => (
      <span className={surface.badge} data-tone={outcome === 'done' ? 'good' : 'bad'}>
        {outcome === 'done' ? 'done' : `refused: ${code ?? ''}`}
      </span>
    ),
  },
  {
    name: 'More',
    cell: ({ before, after, address, requestId, userAgent, object }) => (
      <details>
        <summary>details</summary>
        <pre>{JSON.stringify({ object, before, after, address, requestId, userAgent }, null, 2)}</pre>
      </details>
    ),
  },
];

/** An id by its beginning; the whole one is among the details. */
function shortened(id: string): string {
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id) ? `${id.slice(0, 8)}…` : id;
}

function Filters({ filter }: { readonly filter: AuditFilter }) {
  const narrow = useNarrow<AuditFilter>({});
  const [given, setGiven] = useState(filter);
  const field = (name: 'actor' | 'operation' | 'object', label: string, placeholder: string) => (
    <TextField
      label={label}
      placeholder={placeholder}
      value={given[name] ?? ''}
      onChange={(value) => {
        setGiven({ ...given, [name]: value });
      }}
    />
  );
  return (
    <form
      role="search"
      className={controls.filters}
      onSubmit={(event) => {
        event.preventDefault();
        narrow(given);
      }}
    >
      {field('actor', 'Who', 'user:ada@example.com')}
      {field('operation', 'What', 'confirmTask')}
      {field('object', 'On', 'id or name')}
      <Field label="Outcome">
        {(control) => (
          <select
            {...control}
            value={given.outcome ?? ''}
            onChange={(event) => {
              setGiven(auditFilter({ ...given, outcome: event.target.value }));
            }}
          >
            <option value="">any</option>
            <option>done</option>
            <option>refused</option>
          </select>
        )}
      </Field>
      <Button type="submit">Search</Button>
    </form>
  );
}

const OUTCOMES = ['done', 'refused'] as const;

/** What the address narrows the records to; an outcome that there is none of is left out. */
function auditFilter({
  outcome,
  ...rest
}: Omit<AuditFilter, 'outcome'> & { readonly outcome?: string }): AuditFilter {
  const known = OUTCOMES.find((each) => each === outcome);
  return { ...rest, ...(known === undefined ? {} : { outcome: known }) };
}
