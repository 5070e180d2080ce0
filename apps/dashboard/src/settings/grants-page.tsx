import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ActButton } from '../design/act-button.js';
import { Button } from '../design/button.js';
import { DataTable } from '../design/data-table.js';
import { FormDialog } from '../design/form-dialog.js';
import { Field, TextField } from '../design/field.js';
import { Card, Empty } from '../design/surface.js';
import { Ago } from '../design/time.js';
import { useAct } from '../design/use-act.js';
import { useMay, useMayAnywhere, useSession } from '../session/session.js';
import { projectsQuery } from '../workspaces/queries.js';
import { grantsQuery, membersQuery, teamsQuery } from './queries.js';

const ROLES = [
  ['viewer', 'viewer: sees workspaces, runs, plans and logs'],
  ['planner', 'planner: also queues plans'],
  ['operator', 'operator: also confirms and applies'],
  ['admin', 'admin: also settings'],
] as const;

/** Who has which role where. */
export function GrantsPage() {
  const { client } = useSession();
  const mayChange = useMayAnywhere('grants:write');
  const grants = useQuery(grantsQuery(client));
  const [making, setMaking] = useState(false);
  return (
    <Card
      title="Grants"
      flush
      aside={
        mayChange ? (
          <Button
            small
            onClick={() => {
              setMaking(true);
            }}
          >
            Give a role
          </Button>
        ) : null
      }
    >
      <DataTable
        query={grants}
        keyOf={({ id }) => id}
        empty={
          <Empty title="There are no grants">
            <p>Owners may do everything without one. Everybody else needs a grant to see anything.</p>
          </Empty>
        }
        columns={[
          {
            name: 'Who',
            cell: ({ team, user }) => (team === null ? (user?.email ?? '') : `team ${team.name}`),
          },
          { name: 'Role', cell: ({ role }) => role },
          {
            name: 'Where',
            cell: ({ project, workspace }) =>
              workspace !== null
                ? `workspace ${workspace.name}`
                : project !== null
                  ? `project ${project.name}`
                  : 'everywhere',
          },
          { name: 'Since', cell: ({ createdAt }) => <Ago at={createdAt} /> },
          {
            name: 'Change',
            cell: ({ id, role, team, user }) =>
              mayChange ? (
                <ActButton
                  label="Take away"
                  name={`Take away ${role} from ${team?.name ?? user?.email ?? ''}`}
                  look="danger"
                  title={`Take the role ${role} away`}
                  act={async () => client.delete('/api/v1/grants/{id}', { params: { path: { id } } })}
                  shownAs={[['grants']]}
                >
                  <p>It counts at once, for open pages too.</p>
                </ActButton>
              ) : null,
          },
        ]}
      />
      {making ? (
        <GiveRole
          onClose={() => {
            setMaking(false);
          }}
        />
      ) : null}
    </Card>
  );
}

function GiveRole({ onClose }: { readonly onClose: () => void }) {
  const { client } = useSession();
  const may = useMay();
  const { data: members } = useQuery({ ...membersQuery(client), enabled: may('members:read') });
  const { data: teams } = useQuery({ ...teamsQuery(client), enabled: may('teams:read') });
  const { data: projects = [] } = useQuery(projectsQuery(client));
  const [who, setWho] = useState('');
  const [role, setRole] = useState('viewer');
  const [project, setProject] = useState('');
  const [workspace, setWorkspace] = useState('');
  const give = useAct(
    async () =>
      client.post('/api/v1/grants', {
        body: {
          role: ROLES.find(([name]) => name === role)?.[0] ?? 'viewer',
          ...(who.startsWith('team ') ? { team: who.slice('team '.length) } : { user: who }),
          ...(workspace !== '' ? { workspace } : project === '' ? {} : { project }),
        },
      }),
    ['grants'],
  );
  const names = [
    ...(teams ?? []).map(({ name }) => `team ${name}`),
    ...(members ?? []).map(({ email }) => email),
  ];
  return (
    <FormDialog
      title="Give a role"
      button="Give it"
      busy={give.isPending}
      problem={give.error}
      onClose={onClose}
      onSubmit={() => {
        give.mutate(undefined, { onSuccess: onClose });
      }}
    >
      <Field label="Who" hint="A member’s e-mail address, or “team” and its name.">
        {(control) => (
          <>
            <input
              {...control}
              required
              list="grantees"
              autoComplete="off"
              value={who}
              onChange={(event) => {
                setWho(event.target.value);
              }}
            />
            <datalist id="grantees">
              {names.map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <Field label="Role">
        {(control) => (
          <select
            {...control}
            value={role}
            onChange={(event) => {
              setRole(event.target.value);
            }}
          >
            {ROLES.map(([name, label]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Project" hint="Empty: everywhere, unless a workspace is named.">
        {(control) => (
          <select
            {...control}
            value={project}
            onChange={(event) => {
              setProject(event.target.value);
            }}
          >
            <option value="">everywhere</option>
            {projects.map(({ id, name }) => (
              <option key={id}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      <TextField
        label="Workspace"
        hint="Its name, for a role there alone."
        value={workspace}
        onChange={setWorkspace}
      />
    </FormDialog>
  );
}
