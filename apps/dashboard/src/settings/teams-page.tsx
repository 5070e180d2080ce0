import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ActButton } from '../design/act-button.js';
import { Button } from '../design/button.js';
import controls from '../design/controls.module.css';
import { DataTable } from '../design/data-table.js';
import { Dialog } from '../design/dialog.js';
import { Field, TextField } from '../design/field.js';
import { Card, Empty, Notice, problemInWords } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { useAct } from '../design/use-act.js';
import { useMay, useSession } from '../session/session.js';
import { NamedForm } from './named-form.js';
import { membersQuery, teamMembersQuery, teamsQuery } from './queries.js';

/** Named members, to which grants can be given. */
export function TeamsPage() {
  const { client } = useSession();
  const may = useMay();
  const teams = useQuery(teamsQuery(client));
  const [opened, setOpened] = useState<string | null>(null);
  const mayChange = may('teams:write');
  const team = teams.data?.find(({ id }) => id === opened);
  return (
    <Card title="Teams" flush>
      {mayChange ? (
        <div className={surface.cardBody}>
          <NamedForm
            label="New team"
            button="Create"
            create={async (name) => client.post('/api/v1/teams', { body: { name } })}
            shownAs={['teams']}
          />
        </div>
      ) : null}
      <DataTable
        query={teams}
        keyOf={({ id }) => id}
        empty={
          <Empty title="There are no teams">
            <p>
              A grant to a team counts for everybody in it. A team may be filled by a group of the sign-in.
            </p>
          </Empty>
        }
        columns={[
          { name: 'Name', cell: ({ name }) => name },
          { name: 'Sign-in group', cell: ({ signInGroup }) => signInGroup ?? 'none' },
          { name: 'Members', cell: ({ members }) => members },
          {
            name: 'Change',
            cell: ({ id, name }) => (
              <span className={controls.buttons}>
                <Button
                  small
                  aria-label={`Open ${name}`}
                  onClick={() => {
                    setOpened(id);
                  }}
                >
                  Open
                </Button>
                {mayChange ? (
                  <ActButton
                    label="Delete"
                    name={`Delete ${name}`}
                    look="danger"
                    title={`Delete the team ${name}`}
                    act={async () =>
                      client.delete('/api/v1/teams/{team}', { params: { path: { team: id } } })
                    }
                    shownAs={[['teams'], ['grants']]}
                  >
                    <p>Its grants end with it. Its members stay members of the organization.</p>
                  </ActButton>
                ) : null}
              </span>
            ),
          },
        ]}
      />
      {team === undefined ? null : (
        <TeamDialog
          id={team.id}
          name={team.name}
          signInGroup={team.signInGroup}
          onClose={() => {
            setOpened(null);
          }}
        />
      )}
    </Card>
  );
}

interface TeamDialogProps {
  readonly id: string;
  readonly name: string;
  readonly signInGroup: string | null;
  readonly onClose: () => void;
}

function TeamDialog({ id, name, signInGroup, onClose }: TeamDialogProps) {
  const { client } = useSession();
  const may = useMay();
  const inTeam = useQuery(teamMembersQuery(client, id));
  const { data: members = [] } = useQuery({ ...membersQuery(client), enabled: may('members:read') });
  const [group, setGroup] = useState(signInGroup ?? '');
  const [user, setUser] = useState('');
  const mayChange = may('teams:write');
  const change = useAct(
    async (deed: { add: string } | { remove: string } | { group: string | null }): Promise<void> => {
      if ('add' in deed) {
        await client.put('/api/v1/teams/{team}/members/{user}', {
          params: { path: { team: id, user: deed.add } },
        });
      } else if ('remove' in deed) {
        await client.delete('/api/v1/teams/{team}/members/{user}', {
          params: { path: { team: id, user: deed.remove } },
        });
      } else {
        await client.patch('/api/v1/teams/{team}', {
          params: { path: { team: id } },
          body: { signInGroup: deed.group },
        });
      }
    },
    ['teams'],
  );
  const others = members.filter(
    ({ userId }) => inTeam.data?.every((each) => each.userId !== userId) === true,
  );
  return (
    <Dialog title={`Team ${name}`} onClose={onClose}>
      <div className={controls.form}>
        <DataTable
          query={inTeam}
          keyOf={({ userId }) => userId}
          empty={<Empty title="Nobody is in it" />}
          columns={[
            { name: 'E-mail', cell: ({ email }) => email },
            { name: 'By', cell: ({ source }) => (source === 'person' ? 'a person' : 'the sign-in') },
            {
              name: 'Change',
              cell: ({ userId, email, source }) =>
                mayChange && source === 'person' ? (
                  <Button
                    small
                    aria-label={`Take ${email} out`}
                    onClick={() => {
                      change.mutate({ remove: userId });
                    }}
                  >
                    Take out
                  </Button>
                ) : null,
            },
          ]}
        />
        {mayChange ? (
          <>
            <div className={controls.buttons}>
              <Field label="Add a member">
                {(control) => (
                  <select
                    {...control}
                    value={user}
                    onChange={(event) => {
                      setUser(event.target.value);
                    }}
                  >
                    <option value="">choose …</option>
                    {others.map(({ userId, email }) => (
                      <option key={userId} value={userId}>
                        {email}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
              <Button
                disabled={user === ''}
                busy={change.isPending}
                onClick={() => {
                  change.mutate({ add: user });
                  setUser('');
                }}
              >
                Add
              </Button>
            </div>
            <div className={controls.buttons}>
              <TextField
                label="Sign-in group"
                hint="Who has it is in the team from their next sign-in on."
                value={group}
                onChange={setGroup}
              />
              <Button
                busy={change.isPending}
                onClick={() => {
                  change.mutate({ group: group === '' ? null : group });
                }}
              >
                Save the group
              </Button>
            </div>
          </>
        ) : null}
        {change.error === null ? null : (
          <Notice tone="bad" alert>
            {problemInWords(change.error)}
          </Notice>
        )}
      </div>
    </Dialog>
  );
}
