import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../design/button.js';
import { FormDialog } from '../design/form-dialog.js';
import { Field, TextField } from '../design/field.js';
import { SecretOnce } from '../design/secret-once.js';
import { Card, Empty } from '../design/surface.js';
import { useAct } from '../design/use-act.js';
import { useMay, useSession } from '../session/session.js';
import { daysFromNow, EXPIRIES } from './expiry.js';
import { KeyTable } from './key-table.js';
import { serviceKeysQuery } from './queries.js';

const SHOWN_AS = ['service-keys'];
const ROLES = ['viewer', 'planner', 'operator', 'admin', 'owner'] as const;

/** The organization's keys for programs, each with a role and places of its own. */
export function ServiceKeysPage() {
  const { client } = useSession();
  const may = useMay();
  const keys = useQuery(serviceKeysQuery(client));
  const [making, setMaking] = useState(false);
  const [fresh, setFresh] = useState<string | null>(null);
  const mayChange = may('keys:write');
  return (
    <Card
      title="Service keys"
      flush
      aside={
        mayChange ? (
          <Button
            small
            onClick={() => {
              setMaking(true);
            }}
          >
            Make a service key
          </Button>
        ) : null
      }
    >
      <KeyTable
        query={keys}
        mayChange={mayChange}
        ofService
        shownAs={SHOWN_AS}
        rotate={async (id) => client.post('/api/v1/keys/{id}/rotate', { params: { path: { id } }, body: {} })}
        revoke={async (id) => client.delete('/api/v1/keys/{id}', { params: { path: { id } } })}
        empty={
          <Empty title="There are no service keys">
            <p>A pipeline that starts runs should have one of its own, with the least role that does.</p>
          </Empty>
        }
      />
      {making ? (
        <MakeServiceKey
          onClose={() => {
            setMaking(false);
          }}
          onMade={(key) => {
            setMaking(false);
            setFresh(key);
          }}
        />
      ) : null}
      {fresh === null ? null : (
        <SecretOnce
          title="The new service key"
          secret={fresh}
          onClose={() => {
            setFresh(null);
          }}
        />
      )}
    </Card>
  );
}

function MakeServiceKey({
  onClose,
  onMade,
}: {
  readonly onClose: () => void;
  readonly onMade: (key: string) => void;
}) {
  const { client } = useSession();
  const [given, setGiven] = useState({ name: '', role: 'planner', projects: '', workspaces: '', days: '90' });
  const set = (more: Partial<typeof given>): void => {
    setGiven({ ...given, ...more });
  };
  const make = useAct(
    async () =>
      client.post('/api/v1/keys', {
        body: {
          name: given.name,
          role: ROLES.find((role) => role === given.role) ?? 'viewer',
          ...(names(given.projects).length === 0 ? {} : { projects: names(given.projects) }),
          ...(names(given.workspaces).length === 0 ? {} : { workspaces: names(given.workspaces) }),
          expiresAt: daysFromNow(given.days),
        },
      }),
    SHOWN_AS,
  );
  return (
    <FormDialog
      title="Make a service key"
      button="Make it"
      busy={make.isPending}
      problem={make.error}
      onClose={onClose}
      onSubmit={() => {
        make.mutate(undefined, {
          onSuccess: ({ key }) => {
            onMade(key);
          },
        });
      }}
    >
      <TextField
        label="Name"
        required
        maxLength={100}
        value={given.name}
        onChange={(name) => {
          set({ name });
        }}
      />
      <Field label="Role">
        {(control) => (
          <select
            {...control}
            value={given.role}
            onChange={(event) => {
              set({ role: event.target.value });
            }}
          >
            {ROLES.map((role) => (
              <option key={role}>{role}</option>
            ))}
          </select>
        )}
      </Field>
      <TextField
        label="Projects"
        hint="Names, separated by commas. With any of these or of the workspaces, it has its role there and nothing elsewhere."
        value={given.projects}
        onChange={(projects) => {
          set({ projects });
        }}
      />
      <TextField
        label="Workspaces"
        hint="Names, separated by commas."
        value={given.workspaces}
        onChange={(workspaces) => {
          set({ workspaces });
        }}
      />
      <Field label="Ends">
        {(control) => (
          <select
            {...control}
            value={given.days}
            onChange={(event) => {
              set({ days: event.target.value });
            }}
          >
            {EXPIRIES.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
    </FormDialog>
  );
}

function names(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
