import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ActButton } from '../design/act-button.js';
import { Button } from '../design/button.js';
import controls from '../design/controls.module.css';
import { DataTable } from '../design/data-table.js';
import { TextField } from '../design/field.js';
import { Card, Empty, Notice, problemInWords } from '../design/surface.js';
import { browserInWords } from './browser.js';
import surface from '../design/surface.module.css';
import { Ago } from '../design/time.js';
import { useAct } from '../design/use-act.js';
import styles from '../runs/runs.module.css';
import { useSession } from '../session/session.js';
import { sessionsQuery } from './queries.js';

/** The person's own name, password and browsers. */
export function ProfilePage() {
  const { client } = useSession();
  const sessions = useQuery(sessionsQuery(client));
  return (
    <div className={styles.stack}>
      <NameCard />
      <PasswordCard />
      <Card title="Where you are signed in" flush>
        <DataTable
          query={sessions}
          keyOf={({ id }) => id}
          empty={<Empty title="Nowhere" />}
          columns={[
            {
              name: 'Browser',
              cell: ({ userAgent, current }) => (
                <>
                  <span title={userAgent}>{browserInWords(userAgent)}</span>{' '}
                  {current ? (
                    <span className={surface.badge} data-tone="good">
                      this one
                    </span>
                  ) : null}
                </>
              ),
            },
            { name: 'From', cell: ({ address }) => address },
            { name: 'Seen', cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} /> },
            { name: 'Ends', cell: ({ expiresAt }) => <Ago at={expiresAt} /> },
            {
              name: 'End it',
              cell: ({ id, current, userAgent }) =>
                current ? null : (
                  <ActButton
                    label="Sign out"
                    name={`Sign out ${browserInWords(userAgent)}`}
                    title="Sign this browser out"
                    act={async () =>
                      client.delete('/api/v1/account/sessions/{id}', { params: { path: { id } } })
                    }
                    shownAs={[['account', 'sessions']]}
                  >
                    <p>Whoever sits there has to sign in again.</p>
                  </ActButton>
                ),
            },
          ]}
        />
      </Card>
    </div>
  );
}

function NameCard() {
  const { client, account } = useSession();
  const [name, setName] = useState(account.name);
  const save = useAct(async () => client.patch('/api/v1/account', { body: { name } }));
  return (
    <Card title="You">
      <form
        className={controls.form}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(undefined);
        }}
      >
        <p>
          Signed in as <strong>{account.email}</strong>, a member of{' '}
          {account.organizations.map((each) => `${each.name} (${each.role})`).join(', ')}.
        </p>
        <TextField label="Name" required maxLength={100} value={name} onChange={setName} />
        <Said doing={save} done="Your name is changed." />
        <div>
          <Button type="submit" busy={save.isPending}>
            Save the name
          </Button>
        </div>
      </form>
    </Card>
  );
}

function PasswordCard() {
  const { client, account } = useSession();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const save = useAct(async () =>
    client.put('/api/v1/account/password', {
      body: { password, ...(account.hasPassword ? { current } : {}) },
    }),
  );
  return (
    <Card title="Password">
      <form
        className={controls.form}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(undefined, {
            onSuccess: () => {
              setCurrent('');
              setPassword('');
            },
          });
        }}
      >
        {account.hasPassword ? (
          <TextField
            label="Present password"
            type="password"
            autoComplete="current-password"
            required
            value={current}
            onChange={setCurrent}
          />
        ) : null}
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          required
          maxLength={400}
          value={password}
          onChange={setPassword}
        />
        <Said doing={save} done="Your password is changed." />
        <div>
          <Button type="submit" busy={save.isPending}>
            Set the password
          </Button>
        </div>
      </form>
    </Card>
  );
}

function Said({
  doing,
  done,
}: {
  readonly doing: { error: unknown; isSuccess: boolean };
  readonly done: string;
}) {
  if (doing.error !== null) {
    return (
      <Notice tone="bad" alert>
        {problemInWords(doing.error)}
      </Notice>
    );
  }
  return doing.isSuccess ? <p role="status">{done}</p> : null;
}
