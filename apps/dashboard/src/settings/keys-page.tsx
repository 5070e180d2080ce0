import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../design/button.js';
import { FormDialog } from '../design/form-dialog.js';
import { Field, TextField } from '../design/field.js';
import { SecretOnce } from '../design/secret-once.js';
import { Card, Empty } from '../design/surface.js';
import { useAct } from '../design/use-act.js';
import { useSession } from '../session/session.js';
import { daysFromNow, EXPIRIES } from './expiry.js';
import { KeyTable } from './key-table.js';
import { userKeysQuery } from './queries.js';

const SHOWN_AS = ['account', 'keys'];

/** The person's own keys: what the command line and scripts show in their name. */
export function KeysPage() {
  const { client } = useSession();
  const keys = useQuery(userKeysQuery(client));
  const [making, setMaking] = useState(false);
  const [fresh, setFresh] = useState<string | null>(null);
  return (
    <Card
      title="Keys that act as you"
      flush
      aside={
        <Button
          small
          onClick={() => {
            setMaking(true);
          }}
        >
          Make a key
        </Button>
      }
    >
      <KeyTable
        query={keys}
        mayChange
        shownAs={SHOWN_AS}
        rotate={async (id) =>
          client.post('/api/v1/account/keys/{id}/rotate', { params: { path: { id } }, body: {} })
        }
        revoke={async (id) => client.delete('/api/v1/account/keys/{id}', { params: { path: { id } } })}
        empty={
          <Empty title="You have no keys">
            <p>“berth login” and “terraform login” make one by themselves. For a script, make one here.</p>
          </Empty>
        }
      />
      {making ? (
        <MakeKey
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
          title="Your new key"
          secret={fresh}
          onClose={() => {
            setFresh(null);
          }}
        >
          Programs show it as “Authorization: Bearer …”, and the command line as BERTH_KEY.
        </SecretOnce>
      )}
    </Card>
  );
}

function MakeKey({
  onClose,
  onMade,
}: {
  readonly onClose: () => void;
  readonly onMade: (key: string) => void;
}) {
  const { client } = useSession();
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const make = useAct(
    async () => client.post('/api/v1/account/keys', { body: { name, expiresAt: daysFromNow(days) } }),
    SHOWN_AS,
  );
  return (
    <FormDialog
      title="Make a key"
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
        hint="Where it will be used."
        required
        maxLength={100}
        value={name}
        onChange={setName}
      />
      <Field label="Ends">
        {(control) => (
          <select
            {...control}
            value={days}
            onChange={(event) => {
              setDays(event.target.value);
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
