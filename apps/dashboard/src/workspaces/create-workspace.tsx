import { ApiProblem } from '@berth/client';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { FormDialog } from '../design/form-dialog.js';
import { Field, TextField } from '../design/field.js';

import { useAct } from '../design/use-act.js';
import { useSession } from '../session/session.js';
import { poolsQuery, projectsQuery } from './queries.js';

const ENGINES = ['terraform', 'opentofu'] as const;

/** Makes a workspace; what it takes from git, and the rest, is set in its settings. */
export function CreateWorkspace({ onClose }: { readonly onClose: () => void }) {
  const { client, whoami } = useSession();
  const navigate = useNavigate();
  const { data: projects = [] } = useQuery(projectsQuery(client));
  const { data: pools = [] } = useQuery(poolsQuery(client));
  const [given, setGiven] = useState({
    name: '',
    engine: 'terraform',
    engineVersion: '',
    project: '',
    pool: '',
    url: '',
  });
  const set = (more: Partial<typeof given>): void => {
    setGiven({ ...given, ...more });
  };
  const create = useAct(
    async () =>
      client.post('/api/v1/workspaces', {
        body: {
          name: given.name,
          engine: ENGINES.find((engine) => engine === given.engine) ?? 'terraform',
          ...(given.engineVersion === '' ? {} : { engineVersion: given.engineVersion }),
          ...(given.project === '' ? {} : { project: given.project }),
          ...(given.pool === '' ? {} : { pool: given.pool }),
          ...(given.url === '' ? {} : { git: { url: given.url } }),
        },
      }),
    ['workspaces'],
  );
  const faults = create.error instanceof ApiProblem ? create.error.errors : [];
  const faultOf = (field: string): string | undefined =>
    faults.find((fault) => fault.field === field)?.message;
  return (
    <FormDialog
      title="Create a workspace"
      button="Create"
      busy={create.isPending}
      problem={faults.length > 0 ? null : create.error}
      onClose={onClose}
      onSubmit={() => {
        create.mutate(undefined, {
          onSuccess: ({ name }) => {
            void navigate({
              to: '/app/$org/$workspace',
              params: { org: whoami.organization.name, workspace: name },
            });
          },
        });
      }}
    >
      <TextField
        label="Name"
        hint="Letters, digits, “.”, “_” and “-”, up to 90."
        fault={faultOf('name')}
        required
        maxLength={90}
        autoComplete="off"
        value={given.name}
        onChange={(name) => {
          set({ name });
        }}
      />
      <Field label="Engine">
        {(control) => (
          <select
            {...control}
            value={given.engine}
            onChange={(event) => {
              set({ engine: event.target.value });
            }}
          >
            {ENGINES.map((engine) => (
              <option key={engine}>{engine}</option>
            ))}
          </select>
        )}
      </Field>
      <TextField
        label="Version"
        hint="Such as 1.11.4. Empty: the agents’ own."
        fault={faultOf('engineVersion')}
        value={given.engineVersion}
        onChange={(engineVersion) => {
          set({ engineVersion });
        }}
      />
      <Choice
        label="Project"
        names={projects.map(({ name }) => name)}
        value={given.project}
        onChange={(project) => {
          set({ project });
        }}
      />
      <Choice
        label="Pool"
        names={pools.map(({ name }) => name)}
        value={given.pool}
        onChange={(pool) => {
          set({ pool });
        }}
      />
      <TextField
        label="Git repository"
        hint="Its address, where the configuration comes from git. Empty: it is uploaded."
        fault={faultOf('git.url') ?? faultOf('git')}
        value={given.url}
        onChange={(url) => {
          set({ url });
        }}
      />
    </FormDialog>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly names: readonly string[];
  readonly value: string;
  readonly onChange: (name: string) => void;
}

function Choice({ label, names, value, onChange }: ChoiceProps) {
  return (
    <Field label={label}>
      {(control) => (
        <select
          {...control}
          value={value}
          onChange={(event) => {
            onChange(event.target.value);
          }}
        >
          <option value="">default</option>
          {names
            .filter((name) => name !== 'default')
            .map((name) => (
              <option key={name}>{name}</option>
            ))}
        </select>
      )}
    </Field>
  );
}
