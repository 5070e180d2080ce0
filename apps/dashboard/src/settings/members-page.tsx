import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ActButton } from '../design/act-button.js';
import { Button } from '../design/button.js';
import controls from '../design/controls.module.css';
import { DataTable } from '../design/data-table.js';
import { FormDialog } from '../design/form-dialog.js';
import { Field, TextField } from '../design/field.js';
import { SecretOnce } from '../design/secret-once.js';
import { Card, Empty, Notice, problemInWords } from '../design/surface.js';
import { Ago } from '../design/time.js';
import { useAct } from '../design/use-act.js';
import styles from '../runs/runs.module.css';
import { useMay, useSession } from '../session/session.js';
import { membersQuery } from './queries.js';

/** Who belongs to the organization. */
export function MembersPage() {
  const { client } = useSession();
  const may = useMay();
  const members = useQuery(membersQuery(client));
  const [adding, setAdding] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const mayChange = may('members:write');
  const params = (user: string) => ({ path: { user } });
  const makeLink = useAct(async (member: string) =>
    client.post('/api/v1/sign-in-links', { body: { member } }),
  );
  const setRole = useAct(
    async ({ user, role }: { user: string; role: 'owner' | 'member' }) =>
      client.patch('/api/v1/members/{user}', { params: params(user), body: { role } }),
    ['members'],
  );
  const problem = setRole.error ?? makeLink.error;
  return (
    <div className={styles.stack}>
      {problem === null ? null : (
        <Notice tone="bad" alert>
          {problemInWords(problem)}
        </Notice>
      )}
      <Card
        title="Members"
        flush
        aside={
          mayChange ? (
            <Button
              small
              onClick={() => {
                setAdding(true);
              }}
            >
              Add a member
            </Button>
          ) : null
        }
      >
        <DataTable
          query={members}
          keyOf={({ userId }) => userId}
          empty={<Empty title="There are no members" />}
          columns={[
            { name: 'Name', cell: ({ name }) => name },
            { name: 'E-mail', cell: ({ email }) => email },
            {
              name: 'Is',
              cell: ({ userId, role, email }) =>
                mayChange ? (
                  <select
                    aria-label={`What ${email} is`}
                    value={role}
                    onChange={(event) => {
                      setRole.mutate({
                        user: userId,
                        role: event.target.value === 'owner' ? 'owner' : 'member',
                      });
                    }}
                  >
                    <option>member</option>
                    <option>owner</option>
                  </select>
                ) : (
                  role
                ),
            },
            {
              name: 'Signed in',
              cell: ({ lastSignInAt }) => (lastSignInAt === null ? 'never' : <Ago at={lastSignInAt} />),
            },
            {
              name: 'Change',
              cell: ({ userId, email }) =>
                mayChange ? (
                  <span className={controls.buttons}>
                    <Button
                      small
                      aria-label={`Sign-in link for ${email}`}
                      busy={makeLink.isPending}
                      onClick={() => {
                        makeLink.mutate(userId, {
                          onSuccess: ({ url }) => {
                            setLink(url);
                          },
                        });
                      }}
                    >
                      Sign-in link
                    </Button>
                    <ActButton
                      label="Remove"
                      name={`Remove ${email}`}
                      look="danger"
                      title={`Remove ${email}`}
                      act={async () => client.delete('/api/v1/members/{user}', { params: params(userId) })}
                      shownAs={[['members']]}
                    >
                      <p>
                        They lose all that they may do here, and their keys open nothing of this organization
                        any more.
                      </p>
                    </ActButton>
                  </span>
                ) : null,
            },
          ]}
        />
      </Card>
      {adding ? (
        <AddMember
          onClose={() => {
            setAdding(false);
          }}
        />
      ) : null}
      {link === null ? null : (
        <SecretOnce
          title="A one-time sign-in link"
          secret={link}
          onClose={() => {
            setLink(null);
          }}
        >
          Whoever opens it is signed in as this person: hand it to nobody else.
        </SecretOnce>
      )}
    </div>
  );
}

function AddMember({ onClose }: { readonly onClose: () => void }) {
  const { client } = useSession();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<'member' | 'owner'>('member');
  const add = useAct(async () => client.post('/api/v1/members', { body: { email, role } }), ['members']);
  return (
    <FormDialog
      title="Add a member"
      button="Add"
      busy={add.isPending}
      problem={add.error}
      onClose={onClose}
      onSubmit={() => {
        add.mutate(undefined, { onSuccess: onClose });
      }}
    >
      <TextField
        label="E-mail address"
        hint="By it they are known when they sign in."
        type="email"
        required
        maxLength={254}
        value={email}
        onChange={setEmail}
      />
      <Field label="Is" hint="An owner may do everything. A member may do what grants say.">
        {(control) => (
          <select
            {...control}
            value={role}
            onChange={(event) => {
              setRole(event.target.value === 'owner' ? 'owner' : 'member');
            }}
          >
            <option>member</option>
            <option>owner</option>
          </select>
        )}
      </Field>
    </FormDialog>
  );
}
