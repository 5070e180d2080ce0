import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../design/button.js';
import controls from '../design/controls.module.css';
import { Confirm } from '../design/confirm.js';
import { Notice, problemInWords } from '../design/surface.js';
import { Ago } from '../design/time.js';
import { useAct } from '../design/use-act.js';
import { giveFile } from '../design/give-file.js';
import { useMay, useSession } from '../session/session.js';
import { unsavedStatesQuery, type Workspace } from './queries.js';

/** Why nothing is written in a workspace, and what a person can do about it, in order. */
export function Attention({ workspace }: { readonly workspace: Workspace }) {
  const { client } = useSession();
  const may = useMay();
  const mayRead = may('states:read', workspace);
  const { data: unsaved } = useQuery({ ...unsavedStatesQuery(client, workspace.id), enabled: mayRead });
  const open = unsaved?.items.filter(({ resolution }) => resolution === null) ?? [];
  const clear = useAct(
    async () =>
      client.patch('/api/v1/workspaces/{idOrName}', {
        params: { path: { idOrName: workspace.id } },
        body: { needsAttention: false },
      }),
    ['workspaces'],
    ['tasks'],
  );
  return (
    <Notice tone="bad">
      <p>
        <strong>This workspace needs attention.</strong> Nobody knows what its last apply has done, or its
        state could not be saved. Nothing is written here before a person has looked.
      </p>
      {open.map((state) => (
        <UnsavedState key={state.id} workspace={workspace} state={state} />
      ))}
      {open.length > 0 ? (
        <p>Push or discard what could not be saved first.</p>
      ) : may('attention:clear', workspace) ? (
        <div className={controls.buttons}>
          <Button
            busy={clear.isPending}
            onClick={() => {
              clear.mutate(undefined);
            }}
          >
            I have looked: let runs go on
          </Button>
        </div>
      ) : null}
      {clear.error === null ? null : <p role="alert">{problemInWords(clear.error)}</p>}
    </Notice>
  );
}

type Unsaved = Awaited<
  ReturnType<NonNullable<ReturnType<typeof unsavedStatesQuery>['queryFn']>>
>['items'][number];

function UnsavedState({ workspace, state }: { readonly workspace: Workspace; readonly state: Unsaved }) {
  const { client } = useSession();
  const may = useMay();
  const [asking, setAsking] = useState<'push' | 'discard' | null>(null);
  const params = { path: { workspace: workspace.id, id: state.id } };
  const act = useAct(
    async (deed: 'push' | 'discard'): Promise<void> => {
      if (deed === 'push') {
        await client.post('/api/v1/workspaces/{workspace}/unsaved-states/{id}/push', { params, body: {} });
      } else {
        await client.delete('/api/v1/workspaces/{workspace}/unsaved-states/{id}', { params });
      }
    },
    ['workspaces'],
  );
  const download = async (): Promise<void> => {
    const content = await client.get('/api/v1/workspaces/{workspace}/unsaved-states/{id}/content', {
      params,
    });
    giveFile(content, `${workspace.name}-unsaved-${state.id}.tfstate`);
  };
  return (
    <div>
      <p>
        A state that could not be saved{state.serial === null ? '' : `, serial ${state.serial}`}, from{' '}
        <Ago at={state.createdAt} />
        {state.fault === null ? '' : `. It cannot be pushed as it is: ${state.fault}`}
      </p>
      <div className={controls.buttons}>
        <Button small onClick={() => void download()}>
          Download it
        </Button>
        {may('states:write', workspace) ? (
          <>
            <Button
              small
              disabled={state.fault !== null}
              onClick={() => {
                setAsking('push');
              }}
            >
              Push it
            </Button>
            <Button
              small
              look="danger"
              onClick={() => {
                setAsking('discard');
              }}
            >
              Discard it
            </Button>
          </>
        ) : null}
      </div>
      {asking === null ? null : (
        <Confirm
          title={asking === 'push' ? 'Make this the newest state' : 'Throw this state away'}
          button={asking === 'push' ? 'Push it' : 'Discard it'}
          busy={act.isPending}
          problem={act.error}
          onClose={() => {
            act.reset();
            setAsking(null);
          }}
          onSure={() => {
            act.mutate(asking, {
              onSuccess: () => {
                setAsking(null);
              },
            });
          }}
        >
          <p>
            {asking === 'push'
              ? 'It becomes the newest version of the state. Where the state has moved on since, that is refused.'
              : 'It is the only copy of what that apply has recorded. Download it first, unless you are sure.'}
          </p>
        </Confirm>
      )}
    </div>
  );
}
