import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ActButton } from '../design/act-button.js';
import { Button } from '../design/button.js';
import controls from '../design/controls.module.css';
import { DataTable } from '../design/data-table.js';
import { Dialog } from '../design/dialog.js';
import { Field } from '../design/field.js';
import { Card, Empty, Failure, Loading } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { Ago } from '../design/time.js';
import { useTopic } from '../live/live-context.js';
import { runQuery } from '../runs/queries.js';
import { RunLink, titleOf } from '../runs/run-link.js';
import styles from '../runs/runs.module.css';
import { useMay, useSession } from '../session/session.js';
import { useTitle } from '../page/title.js';
import { deadLetterQuery, deadLettersQuery, type DeadLetterState } from './queries.js';

const STATES: readonly DeadLetterState[] = ['open', 'replayed', 'discarded'];

/** Messages that nobody could handle: why, what is in each, and what to do with it. */
export function DeadLettersPage() {
  const { client } = useSession();
  const may = useMay();
  useTitle('Dead letters');
  useTopic('dead-letters');
  const [state, setState] = useState<DeadLetterState>('open');
  const [opened, setOpened] = useState<string | null>(null);
  const letters = useQuery(deadLettersQuery(client, state));
  const mayChange = may('dead-letters:write');
  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <h1>Dead letters</h1>
        <Field label="State">
          {(control) => (
            <select
              {...control}
              value={state}
              onChange={(event) => {
                setState(STATES.find((each) => each === event.target.value) ?? 'open');
              }}
            >
              {STATES.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Card flush>
        <DataTable
          query={letters}
          keyOf={({ id }) => id}
          empty={
            <Empty title={state === 'open' ? 'Every message was handled' : `No dead letter was ${state}`}>
              <p>
                A message that nobody can handle, or that is refused too often, comes here and is lost no
                more.
              </p>
            </Empty>
          }
          columns={[
            { name: 'When', cell: ({ createdAt }) => <Ago at={createdAt} /> },
            {
              name: 'Message',
              cell: ({ messageType, source }) => `${messageType ?? 'unknown'} from ${source}`,
            },
            { name: 'Reason', cell: ({ reason }) => reason },
            { name: 'Run', cell: ({ taskId }) => (taskId === null ? 'none' : <RunOf taskId={taskId} />) },
            {
              name: 'Do',
              cell: (letter) => (
                <span className={controls.buttons}>
                  <Button
                    small
                    aria-label={`Look at ${letter.id}`}
                    onClick={() => {
                      setOpened(letter.id);
                    }}
                  >
                    Look
                  </Button>
                  {mayChange && letter.state === 'open' ? (
                    <>
                      <ActButton
                        label="Replay"
                        name={`Replay ${letter.id}`}
                        title="Send the message again"
                        act={async () =>
                          client.post('/api/v1/dead-letters/{id}/replay', {
                            params: { path: { id: letter.id } },
                          })
                        }
                        shownAs={[['dead-letters'], ['tasks']]}
                      >
                        <p>
                          It goes to where it was meant for, as if it came for the first time. What is over by
                          now is not done again.
                        </p>
                      </ActButton>
                      <ActButton
                        label="Discard"
                        name={`Discard ${letter.id}`}
                        look="danger"
                        title="Discard the message"
                        act={async () =>
                          client.delete('/api/v1/dead-letters/{id}', { params: { path: { id: letter.id } } })
                        }
                        shownAs={[['dead-letters']]}
                      >
                        <p>It counts as dealt with, and can still be looked at.</p>
                      </ActButton>
                    </>
                  ) : null}
                </span>
              ),
            },
          ]}
        />
      </Card>
      {opened === null ? null : (
        <Letter
          id={opened}
          onClose={() => {
            setOpened(null);
          }}
        />
      )}
    </div>
  );
}

function RunOf({ taskId }: { readonly taskId: string }) {
  const { client } = useSession();
  const { data: run } = useQuery(runQuery(client, taskId));
  return run === undefined ? taskId.slice(0, 8) : <RunLink run={run}>{titleOf(run)}</RunLink>;
}

function Letter({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { client } = useSession();
  const { data, error, refetch } = useQuery(deadLetterQuery(client, id));
  return (
    <Dialog title="Dead letter" onClose={onClose}>
      {data === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <Failure error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <div className={controls.form}>
          <dl className={surface.facts}>
            <dt>Reason</dt>
            <dd>{data.reason}</dd>
            <dt>Message</dt>
            <dd>
              {data.messageType ?? 'unknown'} from {data.source}
            </dd>
            <dt>Attempt</dt>
            <dd>{data.attempt ?? 'none'}</dd>
          </dl>
          <pre>{data.encoding === 'text' ? indented(data.content) : data.content}</pre>
        </div>
      )}
    </Dialog>
  );
}

function indented(content: string): string {
  try {
    return JSON.stringify(JSON.parse(content), null, 2);
  } catch {
    return content;
  }
}
