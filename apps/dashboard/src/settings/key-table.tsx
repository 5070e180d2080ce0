import type { Schemas } from '@berth/client';
import type { UseQueryResult } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { ActButton } from '../design/act-button.js';
import controls from '../design/controls.module.css';
import { DataTable } from '../design/data-table.js';
import { SecretOnce } from '../design/secret-once.js';
import { Ago } from '../design/time.js';

type ApiKey = Schemas['ApiKey'];

interface KeyTableProps {
  readonly query: Pick<UseQueryResult<readonly ApiKey[]>, 'data' | 'error' | 'refetch'>;
  readonly empty: ReactNode;
  readonly mayChange: boolean;
  readonly rotate: (id: string) => Promise<Schemas['NewApiKey']>;
  readonly revoke: (id: string) => Promise<unknown>;
  readonly shownAs: readonly string[];
  /** Whether they are an organization's, and have a role. */
  readonly ofService?: boolean;
}

/** Keys with their ends and last uses, and the ways to replace and revoke each. */
export function KeyTable({
  query,
  empty,
  mayChange,
  rotate,
  revoke,
  shownAs,
  ofService = false,
}: KeyTableProps) {
  const [fresh, setFresh] = useState<string | null>(null);
  const role = {
    name: 'Role',
    cell: (key: ApiKey) => `${key.role ?? ''}${placesInWords(key)}`,
  };
  return (
    <>
      <DataTable
        query={query}
        keyOf={({ id }) => id}
        empty={empty}
        columns={[
          { name: 'Name', cell: ({ name }) => name },
          { name: 'Begins with', cell: ({ prefix }) => <code>{prefix}…</code> },
          ...(ofService ? [role] : []),
          {
            name: 'Last used',
            cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : <Ago at={lastUsedAt} />),
          },
          {
            name: 'Ends',
            cell: ({ expiresAt, revokedAt }) =>
              revokedAt === null ? (
                expiresAt === null ? (
                  'never'
                ) : (
                  <Ago at={expiresAt} />
                )
              ) : (
                <>
                  replaced, ends <Ago at={revokedAt} />
                </>
              ),
          },
          {
            name: 'Change',
            cell: ({ id, name, revokedAt }) =>
              !mayChange || revokedAt !== null ? null : (
                <span className={controls.buttons}>
                  <ActButton
                    label="Replace"
                    name={`Replace ${name}`}
                    title={`Replace ${name}`}
                    act={async () => {
                      setFresh((await rotate(id)).key);
                    }}
                    shownAs={[shownAs]}
                  >
                    <p>A new key is made. The old one still opens what it did for a day.</p>
                  </ActButton>
                  <ActButton
                    label="Revoke"
                    name={`Revoke ${name}`}
                    look="danger"
                    title={`Revoke ${name}`}
                    act={async () => revoke(id)}
                    shownAs={[shownAs]}
                  >
                    <p>It opens nothing any more, at once. What uses it stops working.</p>
                  </ActButton>
                </span>
              ),
          },
        ]}
      />
      {fresh === null ? null : (
        <SecretOnce
          title="The new key"
          secret={fresh}
          onClose={() => {
            setFresh(null);
          }}
        />
      )}
    </>
  );
}

function placesInWords({ projects, workspaces }: ApiKey): string {
  const places = [...(projects ?? []).map((name) => `project ${name}`), ...(workspaces ?? [])];
  return places.length === 0 ? '' : ` in ${places.join(', ')}`;
}
