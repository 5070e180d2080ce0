import { ApiProblem } from '@berth/client';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ActButton } from '../design/act-button.js';
import { Button } from '../design/button.js';
import controls from '../design/controls.module.css';
import { Check, Field, TextField } from '../design/field.js';
import { Card, Notice, problemInWords } from '../design/surface.js';
import { useAct } from '../design/use-act.js';
import styles from '../runs/runs.module.css';
import { useMay, useSession } from '../session/session.js';
import { changesIn, formOf, type SettingsForm } from './settings-form.js';
import { poolsQuery, projectsQuery, type Workspace } from './queries.js';
import { useWorkspace } from './workspace-context.js';

/** How a workspace runs, who has to approve, and where it comes from. */
export function WorkspaceSettingsPage() {
  const workspace = useWorkspace();
  return (
    <div className={styles.stack}>
      <Settings key={workspace.updatedAt} workspace={workspace} />
      <Danger workspace={workspace} />
    </div>
  );
}

function Settings({ workspace }: { readonly workspace: Workspace }) {
  const { client, whoami } = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const [form, setForm] = useState(() => formOf(workspace));
  const { data: projects = [] } = useQuery(projectsQuery(client));
  const { data: pools = [] } = useQuery({ ...poolsQuery(client), enabled: may('agents:read') });
  const mayWrite = may('workspaces:write', workspace);
  const changes = changesIn(workspace, form);
  const save = useAct(async () => {
    const { name } = await client.patch('/api/v1/workspaces/{idOrName}', {
      params: { path: { idOrName: workspace.id } },
      body: changes,
    });
    // Before anything is read anew: under the old name there is nothing any more.
    if (name !== workspace.name) {
      const params = { org: whoami.organization.name, workspace: name };
      await navigate({ to: '/app/$org/$workspace/settings', params, replace: true });
    }
  }, ['workspaces']);
  const set = (more: Partial<SettingsForm>): void => {
    setForm({ ...form, ...more });
  };
  const faults = save.error instanceof ApiProblem ? save.error.errors : [];
  const fault = (...fields: readonly string[]): string | undefined =>
    faults.find(({ field }) => fields.includes(field))?.message;
  const input = (
    name: 'name' | 'engineVersion' | 'workingDirectory' | 'url' | 'branch' | 'path' | 'token',
    label: string,
    hint?: string,
    ...fields: readonly string[]
  ) => (
    <TextField
      label={label}
      hint={hint}
      fault={fault(name, ...fields)}
      type={name === 'token' ? 'password' : 'text'}
      autoComplete="off"
      disabled={!mayWrite}
      value={form[name]}
      onChange={(value) => {
        set({ [name]: value });
      }}
    />
  );
  const choice = <N extends keyof SettingsForm>(
    name: N,
    label: string,
    options: readonly (readonly [string, string])[],
    hint?: string,
  ) => (
    <Field label={label} hint={hint} fault={fault(name)}>
      {(control) => (
        <select
          {...control}
          disabled={!mayWrite}
          value={String(form[name])}
          onChange={(event) => {
            set({ [name]: event.target.value });
          }}
        >
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
  const named = (all: readonly { name: string }[], present: string): (readonly [string, string])[] =>
    [...new Set([present, ...all.map(({ name }) => name)])].map((name) => [name, name]);
  return (
    <Card title="Settings">
      <form
        className={`${controls.form ?? ''} ${controls.columns ?? ''}`}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(undefined);
        }}
      >
        {input('name', 'Name')}
        {choice('project', 'Project', named(projects, workspace.project))}
        {choice('pool', 'Pool', named(pools, workspace.pool), 'Its agents run what is run here.')}
        {choice('engine', 'Engine', [
          ['terraform', 'terraform'],
          ['opentofu', 'opentofu'],
        ])}
        {input('engineVersion', 'Version', 'Such as 1.11.4. Empty: the agents’ own.')}
        {input(
          'workingDirectory',
          'Working directory',
          'Below the top of the configuration. Empty: the top.',
        )}
        {choice('onSlotLost', 'When the slot with a plan is lost', [
          ['replan', 'plan again, and ask again'],
          ['restore', 'apply the stored plan in another slot'],
        ])}
        <Check
          label="apply without asking"
          checked={form.autoApply}
          disabled={!mayWrite}
          onChange={(autoApply) => {
            set({ autoApply });
          }}
        />
        {choice(
          'approvals',
          'Approvals that a plan needs',
          [...Array(10).keys()].map((count) => [String(count + 1), String(count + 1)]),
        )}
        <Check
          label="who queued a run may approve its plan"
          checked={form.allowSelfApproval}
          disabled={!mayWrite}
          onChange={(allowSelfApproval) => {
            set({ allowSelfApproval });
          }}
        />
        {choice('keepApprovals', 'When a plan is made again', [
          ['never', 'ask everybody again'],
          ['identical', 'keep approvals where the new plan is the same'],
        ])}
        <h3 className={controls.whole}>Git</h3>
        {input('url', 'Repository', 'Empty: the configuration is uploaded.', 'git', 'git.url')}
        {input('branch', 'Branch', 'Empty: the repository’s own.', 'git.branch')}
        {input('path', 'Path', 'Below the top of the repository.', 'git.path')}
        {input(
          'token',
          'Token',
          workspace.git?.hasToken === true
            ? 'There is one, which is shown to nobody. Empty: it stays.'
            : 'Where the repository asks for one.',
          'git.token',
        )}
        {save.error === null ? null : (
          <Notice tone="bad" alert>
            {problemInWords(save.error)}
          </Notice>
        )}
        {save.isSuccess ? <p role="status">The settings are saved.</p> : null}
        {mayWrite ? (
          <div>
            <Button
              type="submit"
              look="primary"
              busy={save.isPending}
              disabled={Object.keys(changes).length === 0}
            >
              Save
            </Button>
          </div>
        ) : (
          <p>You may read these settings. Changing them takes the permission workspaces:write here.</p>
        )}
      </form>
    </Card>
  );
}

function Danger({ workspace }: { readonly workspace: Workspace }) {
  const { client } = useSession();
  const may = useMay();
  const navigate = useNavigate();
  if (!may('workspaces:delete', workspace)) {
    return null;
  }
  return (
    <Card title="Delete">
      <div className={controls.form}>
        <p>
          Deletes the workspace with its runs, variables and state versions. What terraform has made stays,
          and nobody knows of it any more.
        </p>
        <div>
          <ActButton
            label="Delete the workspace"
            name={`Delete the workspace ${workspace.name}`}
            look="danger"
            typed={workspace.name}
            title={`Delete ${workspace.name}`}
            act={async () => {
              await client.delete('/api/v1/workspaces/{idOrName}', {
                params: { path: { idOrName: workspace.id } },
              });
              await navigate({ to: '/workspaces' });
            }}
            shownAs={[['workspaces', 'list'], ['tasks']]}
          >
            <p>
              Nothing brings it back. Where there are still resources in its state, this is refused: destroy
              them first, or use “berth workspaces delete --force”.
            </p>
          </ActButton>
        </div>
      </div>
    </Card>
  );
}
