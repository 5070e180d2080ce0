import { isFinal } from '@berth/domain';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../design/button.js';
import { Confirm } from '../design/confirm.js';
import { Notice, problemInWords } from '../design/surface.js';
import type { Run } from '../runs/queries.js';
import { useMay, useSession } from '../session/session.js';
import { useDeed, type Deed } from './deeds.js';
import styles from './run.module.css';
import { CommentField } from '../runs/comment-field.js';

const DIALOGS: Readonly<Partial<Record<Deed, { title: string; text: string; button: string }>>> = {
  cancel: {
    title: 'Cancel this run',
    text: 'What has not begun ends at once. Terraform is interrupted: it finishes the resource that it is at, and saves its state.',
    button: 'Cancel the run',
  },
  'force-cancel': {
    title: 'End this run without waiting for the agent',
    text: 'Nobody knows then how far an apply has come: its workspace needs attention, and its state stays locked until a person has looked.',
    button: 'End it by force',
  },
  'release-reservation': {
    title: 'Give the reserved slot back',
    text: 'The plan still waits. Confirming it then plans again first, and asks again.',
    button: 'Release the slot',
  },
};

/** What can be done to a run from where it is, as far as the person may. */
export function RunActions({ run }: { readonly run: Run }) {
  const may = useMay();
  const { whoami } = useSession();
  const navigate = useNavigate();
  const deed = useDeed(run);
  const [asking, setAsking] = useState<Deed | null>(null);
  const place =
    run.workspace === null ? undefined : { id: run.workspace.id, projectId: run.workspace.projectId };
  const over = isFinal(run.status);
  const own = run.createdBy === whoami.actor && may('tasks:cancel-own', place) && run.phase === 'plan';
  const mayCancel = may(run.kind === 'build' ? 'builds:cancel' : 'tasks:cancel', place) || own;
  return (
    <div className={styles.actions}>
      {!over && mayCancel ? (
        <Button
          look="danger"
          onClick={() => {
            setAsking('cancel');
          }}
        >
          Cancel
        </Button>
      ) : null}
      {!over && run.stopRequested !== null && may('tasks:force-cancel', place) ? (
        <Button
          look="danger"
          onClick={() => {
            setAsking('force-cancel');
          }}
        >
          End by force
        </Button>
      ) : null}
      {run.reservation !== null && run.status === 'apply_pending' && may('reservations:release', place) ? (
        <Button
          onClick={() => {
            setAsking('release-reservation');
          }}
        >
          Release its slot
        </Button>
      ) : null}
      {over && run.status !== 'succeeded' && may('tasks:plan', place) ? (
        <Button
          busy={deed.isPending}
          onClick={() => {
            deed.mutate(
              { deed: 'retry' },
              {
                onSuccess: (after) => {
                  if (after.id !== run.id && run.workspace !== null) {
                    void navigate({
                      to: '/app/$org/$workspace/runs/$id',
                      params: { org: whoami.organization.name, workspace: run.workspace.name, id: after.id },
                    });
                  }
                },
              },
            );
          }}
        >
          Run it again
        </Button>
      ) : null}
      {deed.error === null || asking !== null ? null : (
        <Notice tone="bad" alert>
          {problemInWords(deed.error)}
        </Notice>
      )}
      {asking === null ? null : (
        <Ask
          deed={asking}
          problem={deed.error}
          busy={deed.isPending}
          onClose={() => {
            deed.reset();
            setAsking(null);
          }}
          onSure={(comment) => {
            deed.mutate(
              { deed: asking, comment },
              {
                onSuccess: () => {
                  setAsking(null);
                },
              },
            );
          }}
        />
      )}
    </div>
  );
}

interface AskProps {
  readonly deed: Deed;
  readonly problem: unknown;
  readonly busy: boolean;
  readonly onClose: () => void;
  readonly onSure: (comment: string) => void;
}

/** Says what will happen before it does, and takes a comment. */
function Ask({ deed, problem, busy, onClose, onSure }: AskProps) {
  const [comment, setComment] = useState('');
  const { title, text, button } = DIALOGS[deed] ?? { title: deed, text: '', button: deed };
  return (
    <Confirm
      title={title}
      button={button}
      busy={busy}
      problem={problem}
      onClose={onClose}
      onSure={() => {
        onSure(comment);
      }}
    >
      <p>{text}</p>
      <CommentField comment={comment} onChange={setComment} />
    </Confirm>
  );
}
