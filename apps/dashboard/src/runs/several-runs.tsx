import type { Client } from '@berth/client';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../design/button.js';
import { Dialog } from '../design/dialog.js';
import { Card, Notice, problemInWords } from '../design/surface.js';
import controls from '../design/controls.module.css';
import { useSession } from '../session/session.js';
import type { Run } from './queries.js';
import { RunLink, titleOf } from './run-link.js';
import { ChangesInShort } from './changes.js';
import { operate, whyNot, type ManyDeed } from './many-deeds.js';
import styles from './runs.module.css';
import { CommentField } from './comment-field.js';

interface SeveralRunsProps {
  readonly runs: readonly Run[];
  readonly onDone: () => void;
}

interface Outcome {
  readonly run: Run;
  /** Null: it was done. */
  readonly problem: string | null;
}

const WORDS: Readonly<Record<ManyDeed, { title: string; button: string; done: string }>> = {
  confirm: { title: 'Confirm these plans', button: 'Confirm', done: 'confirmed' },
  discard: { title: 'Discard these plans', button: 'Discard', done: 'discarded' },
  cancel: { title: 'Cancel these runs', button: 'Cancel the runs', done: 'cancelled, or being stopped' },
};

/** Confirms, discards or cancels several runs at once, and says of each that was left out why. */
export function SeveralRuns({ runs, onDone }: SeveralRunsProps) {
  const [deed, setDeed] = useState<ManyDeed | null>(null);
  const [outcomes, setOutcomes] = useState<{ deed: ManyDeed; of: readonly Outcome[] } | null>(null);
  return (
    <>
      {outcomes === null ? null : (
        <Outcomes
          deed={outcomes.deed}
          outcomes={outcomes.of}
          onClose={() => {
            setOutcomes(null);
          }}
        />
      )}
      {runs.length === 0 ? null : (
        <div className={controls.filters} role="group" aria-label="Chosen runs">
          <strong>{runs.length} chosen</strong>
          <Button
            look="primary"
            onClick={() => {
              setDeed('confirm');
            }}
          >
            Confirm …
          </Button>
          <Button
            onClick={() => {
              setDeed('discard');
            }}
          >
            Discard …
          </Button>
          <Button
            look="danger"
            onClick={() => {
              setDeed('cancel');
            }}
          >
            Cancel …
          </Button>
          <Button look="plain" onClick={onDone}>
            Choose none
          </Button>
        </div>
      )}
      {deed === null ? null : (
        <Ask
          deed={deed}
          runs={runs}
          onClose={() => {
            setDeed(null);
          }}
          onDone={(of) => {
            setDeed(null);
            setOutcomes({ deed, of });
            onDone();
          }}
        />
      )}
    </>
  );
}

interface AskProps {
  readonly deed: ManyDeed;
  readonly runs: readonly Run[];
  readonly onClose: () => void;
  readonly onDone: (outcomes: readonly Outcome[]) => void;
}

/** Names what will be done to which, and what is left out, before anything is. */
function Ask({ deed, runs, onClose, onDone }: AskProps) {
  const session = useSession();
  const queries = useQueryClient();
  const [comment, setComment] = useState('');
  const [done, setDone] = useState<number | null>(null);
  const judged = runs.map((run) => ({ run, problem: whyNot(deed, run, session) }));
  const able = judged.filter(({ problem }) => problem === null).map(({ run }) => run);
  const left = judged.filter(({ problem }) => problem !== null);
  const act = async (): Promise<void> => {
    const outcomes: Outcome[] = [...left];
    for (const [index, run] of able.entries()) {
      setDone(index);
      outcomes.push({ run, problem: await problemOf(session.client, deed, run, comment) });
    }
    void queries.invalidateQueries({ queryKey: ['tasks'] });
    onDone(outcomes);
  };
  return (
    <Dialog title={WORDS[deed].title} onClose={onClose}>
      <div className={controls.form}>
        <ul className={styles.list}>
          {able.map((run) => (
            <li key={run.id} className={styles.chosen}>
              <span>
                {titleOf(run)} <span className={styles.quiet}>{run.workspace?.name}</span>
              </span>
              {run.changes === null ? null : <ChangesInShort changes={run.changes} />}
            </li>
          ))}
        </ul>
        {left.length === 0 ? null : <LeftOut outcomes={left} />}
        {able.length === 0 ? null : (
          <CommentField
            hint="Stands in the timeline of each. May be left empty."
            comment={comment}
            onChange={setComment}
          />
        )}
        <div className={controls.buttons}>
          <Button look="primary" disabled={able.length === 0} busy={done !== null} onClick={() => void act()}>
            {done === null ? `${WORDS[deed].button} (${able.length})` : `${done + 1} of ${able.length} …`}
          </Button>
          <Button onClick={onClose}>Leave them as they are</Button>
        </div>
      </div>
    </Dialog>
  );
}

async function problemOf(client: Client, deed: ManyDeed, run: Run, comment: string): Promise<string | null> {
  try {
    await operate(client, deed, run, comment);
    return null;
  } catch (error) {
    return problemInWords(error);
  }
}

function LeftOut({ outcomes }: { readonly outcomes: readonly Outcome[] }) {
  return (
    <Notice tone="warn">
      <p>
        <strong>Left out:</strong>
      </p>
      <ul>
        {outcomes.map(({ run, problem }) => (
          <li key={run.id}>
            <RunLink run={run}>{titleOf(run)}</RunLink> ({run.workspace?.name}): {problem}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Outcomes({
  deed,
  outcomes,
  onClose,
}: {
  readonly deed: ManyDeed;
  readonly outcomes: readonly Outcome[];
  readonly onClose: () => void;
}) {
  const left = outcomes.filter(({ problem }) => problem !== null);
  return (
    <Card>
      <div className={controls.form} role="status">
        <p>
          {outcomes.length - left.length} {WORDS[deed].done}.
        </p>
        {left.length === 0 ? null : <LeftOut outcomes={left} />}
        <div>
          <Button small onClick={onClose}>
            Close
          </Button>
        </div>
      </div>
    </Card>
  );
}
