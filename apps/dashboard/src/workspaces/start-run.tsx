import { useNavigate } from '@tanstack/react-router';
import { useState, type InputHTMLAttributes } from 'react';
import { Button } from '../design/button.js';
import controls from '../design/controls.module.css';
import { Dialog } from '../design/dialog.js';
import { Check, Field, TextField } from '../design/field.js';
import { Notice, problemInWords } from '../design/surface.js';
import { useAct } from '../design/use-act.js';
import { useMay, useSession } from '../session/session.js';
import { filesOf, packed } from './pack.js';
import type { Workspace } from './queries.js';

const OPERATIONS = [
  ['plan_and_apply', 'Plan, ask, apply'],
  ['plan', 'Plan only'],
  ['destroy', 'Destroy everything'],
] as const;
const UPLOAD_MS = 900_000;

/** Uploads a configuration where the workspace has none from git, and queues a run. */
export function StartRun({
  workspace,
  onClose,
}: {
  readonly workspace: Workspace;
  readonly onClose: () => void;
}) {
  const { client, whoami } = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const [operation, setOperation] = useState<'plan_and_apply' | 'plan' | 'destroy'>('plan_and_apply');
  const [message, setMessage] = useState('');
  const [files, setFiles] = useState<readonly File[]>([]);
  const [targets, setTargets] = useState('');
  const [replace, setReplace] = useState('');
  const [refreshOnly, setRefreshOnly] = useState(false);
  const needsUpload = workspace.git === null && workspace.currentConfigurationId === null;
  const upload = async (chosen: readonly File[]) => {
    const [first] = chosen;
    const archive =
      chosen.length === 1 &&
      first !== undefined &&
      /\.(tar\.gz|tgz)$/.test(first.name) &&
      first.webkitRelativePath === ''
        ? first
        : await packed(
            filesOf(chosen.map((file) => ({ webkitRelativePath: file.webkitRelativePath, content: file }))),
          );
    return client.post('/api/v1/workspaces/{workspace}/configurations', {
      params: { path: { workspace: workspace.id } },
      body: new Blob([archive], { type: 'application/gzip' }),
      timeoutMs: UPLOAD_MS,
    });
  };
  const start = useAct(
    async () => {
      const configurationId = files.length === 0 ? null : (await upload(files)).id;
      return client.post('/api/v1/tasks', {
        body: {
          workspaceId: workspace.id,
          operation,
          ...(configurationId === null ? {} : { configurationId }),
          ...(message.trim() === '' ? {} : { message: message.trim() }),
          ...(lines(targets).length === 0 ? {} : { targets: lines(targets) }),
          ...(lines(replace).length === 0 ? {} : { replace: lines(replace) }),
          ...(refreshOnly ? { refreshOnly } : {}),
        },
      });
    },
    ['tasks'],
    ['workspaces'],
  );
  return (
    <Dialog title={`Start a run in ${workspace.name}`} onClose={onClose}>
      <form
        className={controls.form}
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate(undefined, {
            onSuccess: ({ id }) => {
              const params = { org: whoami.organization.name, workspace: workspace.name, id };
              void navigate({ to: '/app/$org/$workspace/runs/$id', params });
            },
          });
        }}
      >
        <Field label="What to do">
          {(control) => (
            <select
              {...control}
              value={operation}
              onChange={(event) => {
                setOperation(OPERATIONS.find(([value]) => value === event.target.value)?.[0] ?? 'plan');
              }}
            >
              {OPERATIONS.filter(([value]) => value !== 'destroy' || may('tasks:apply', workspace)).map(
                ([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ),
              )}
            </select>
          )}
        </Field>
        {workspace.git === null ? (
          <Source needed={needsUpload} files={files} onChoose={setFiles} />
        ) : (
          <p className={controls.hint}>
            The configuration is fetched from {workspace.git.url},{' '}
            {workspace.git.branch ?? 'its default branch'}.
          </p>
        )}
        <TextField
          label="Message"
          hint="Says in lists what the run is for."
          maxLength={1_000}
          value={message}
          onChange={setMessage}
        />
        <details>
          <summary>More options</summary>
          <div className={controls.form}>
            <Field label="Targets" hint="Addresses, one on each line: only these and what they need.">
              {(control) => (
                <textarea
                  {...control}
                  rows={2}
                  value={targets}
                  onChange={(event) => {
                    setTargets(event.target.value);
                  }}
                />
              )}
            </Field>
            <Field label="Replace" hint="Addresses, one on each line: these are made anew.">
              {(control) => (
                <textarea
                  {...control}
                  rows={2}
                  value={replace}
                  onChange={(event) => {
                    setReplace(event.target.value);
                  }}
                />
              )}
            </Field>
            <Check
              label="refresh only: take over what was changed outside"
              checked={refreshOnly}
              onChange={setRefreshOnly}
            />
          </div>
        </details>
        {start.error === null ? null : (
          <Notice tone="bad" alert>
            {problemInWords(start.error)}
          </Notice>
        )}
        <div className={controls.buttons}>
          <Button
            type="submit"
            look="primary"
            busy={start.isPending}
            disabled={needsUpload && files.length === 0}
          >
            {start.isPending ? (files.length > 0 ? 'Uploading …' : 'Starting …') : 'Start'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface SourceProps {
  readonly needed: boolean;
  readonly files: readonly File[];
  readonly onChoose: (files: readonly File[]) => void;
}

/** A folder can be chosen where the attribute is known, which React does not have in its types. */
const FOLDER = { webkitdirectory: '' } as InputHTMLAttributes<HTMLInputElement>;

function Source({ needed, files, onChoose }: SourceProps) {
  const [archive, setArchive] = useState(false);
  const chosen = archive
    ? files.length
    : filesOf(files.map((file) => ({ webkitRelativePath: file.webkitRelativePath, content: file }))).length;
  return (
    <>
      <Field
        label={archive ? 'Archive of the configuration' : 'Folder of the configuration'}
        hint={
          files.length > 0
            ? `${chosen.toLocaleString('en')} file${chosen === 1 ? '' : 's'} will be uploaded (never .terraform or .git).`
            : needed
              ? 'There is none in this workspace yet.'
              : 'Empty: what was uploaded last is used again.'
        }
      >
        {(control) => (
          <input
            {...control}
            key={archive ? 'archive' : 'folder'}
            type="file"
            {...(archive ? { accept: '.tar.gz,.tgz,application/gzip' } : FOLDER)}
            onChange={(event) => {
              onChoose([...(event.target.files ?? [])]);
            }}
          />
        )}
      </Field>
      <Check
        label="an archive (.tar.gz) instead"
        checked={archive}
        onChange={(on) => {
          onChoose([]);
          setArchive(on);
        }}
      />
    </>
  );
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
