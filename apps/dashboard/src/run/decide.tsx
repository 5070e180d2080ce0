import { ApiProblem } from '@berth/client';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { Button } from '../design/button.js';
import { Notice, problemInWords } from '../design/surface.js';
import { Ago } from '../design/time.js';
import type { Plan, Run } from '../runs/queries.js';
import { actorInWords } from '../runs/status.js';
import { useMay, useSession } from '../session/session.js';
import { useKey } from '../page/shortcuts.js';
import { useDeed } from './deeds.js';
import { lossesOf } from '../plan/plan-model.js';
import styles from './run.module.css';
import { CommentField } from '../runs/comment-field.js';

interface DecideProps {
  readonly run: Run;
  readonly plan: Plan | undefined;
  /** Of the plan that the person has had before their eyes. */
  readonly readHash: string | null;
  readonly warnings: readonly string[];
  /** Shows the plan that has come in the place of that one; null where it is still the same. */
  readonly onReadNew: (() => void) | null;
}

/** A plan that waits for a person: what it takes away, what it warns of, who has approved, and the decision. */
export function Decide(props: DecideProps) {
  const { run, onReadNew } = props;
  if (run.status !== 'apply_pending') {
    return null;
  }
  if (onReadNew !== null) {
    return <Replaced onReadNew={onReadNew} />;
  }
  // A new plan is a new decision: nothing of the one before it stays, no comment and no error.
  return <Decision key={run.planHash} {...props} />;
}

function Decision({ run, plan, readHash, warnings }: Omit<DecideProps, 'onReadNew'>) {
  const may = useMay();
  const deed = useDeed(run);
  const [comment, setComment] = useState('');
  const [asking, setAsking] = useState(false);
  const own = useOwnApproval(run);
  const place =
    run.workspace === null ? undefined : { id: run.workspace.id, projectId: run.workspace.projectId };
  const mayConfirm = may('tasks:confirm', place);
  const isRead = run.planHash !== null && readHash === run.planHash;
  const confirm = (): void => {
    if (isRead && run.planHash !== null) {
      deed.mutate({ deed: 'confirm', comment, planHash: run.planHash });
    }
  };
  const can = mayConfirm && isRead && !deed.isPending && own === null;
  useKey(
    'y',
    can
      ? () => {
          setAsking(true);
        }
      : null,
  );
  return (
    <section className={styles.decide} aria-labelledby="decide">
      <div className={styles.decideHead}>
        <h2 id="decide">This plan waits for a person</h2>
        {plan === undefined ? null : <Losses plan={plan} />}
      </div>
      <p className={styles.noLoss}>{whatIfConfirmed(run)}</p>
      {warnings.length === 0 ? null : (
        <Notice tone="warn">
          <p>
            <strong>
              {warnings.length === 1 ? 'The plan warns:' : `The plan has ${warnings.length} warnings:`}
            </strong>
          </p>
          <ul className={styles.warnings}>
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Approvals run={run} />
      {deed.error === null ? null : (
        <Notice tone="bad" alert>
          <p>{refusalInWords(deed.error)}</p>
        </Notice>
      )}
      {!mayConfirm ? (
        <p className={styles.noLoss}>
          You may read this plan. Confirming takes the permission tasks:confirm here.
        </p>
      ) : (
        <div className={styles.answer}>
          <CommentField comment={comment} onChange={setComment} />
          <div className={styles.actions}>
            {asking ? (
              <Button
                key="really"
                look="primary"
                autoFocus
                busy={deed.isPending}
                disabled={!can}
                onClick={confirm}
              >
                Really apply plan {run.planHash?.slice(0, 8)}
              </Button>
            ) : (
              <Button key="confirm" look="primary" disabled={!can} busy={deed.isPending} onClick={confirm}>
                Confirm and apply
              </Button>
            )}
            <Button
              look="danger"
              busy={deed.isPending}
              onClick={() => {
                deed.mutate({ deed: 'discard', comment });
              }}
            >
              Discard
            </Button>
            {isRead ? null : (
              <Link to="." search={{ view: 'plan' }} resetScroll={false}>
                Read the plan first
              </Link>
            )}
          </div>
          {own === null ? null : <p className={styles.noLoss}>{own}</p>}
        </div>
      )}
    </section>
  );
}

/** What follows from a confirmation now. */
function whatIfConfirmed(run: Run): ReactNode {
  if (run.reservation !== null) {
    return (
      <>
        Its slot is kept warm: the apply begins at once. The reservation ends{' '}
        <Ago at={run.reservation.reservedUntil} />.
      </>
    );
  }
  return run.waiting?.code === 'CONFIRMATION_RESTORES_PLAN'
    ? 'Its slot is gone: the stored plan is applied in another one, with an init.'
    : 'Its reservation has ended: confirming plans again first, and asks again.';
}

/** The plan that was read is void, and another one waits. */
function Replaced({ onReadNew }: { readonly onReadNew: () => void }) {
  return (
    <section className={styles.decide} aria-labelledby="decide">
      <h2 id="decide">A new plan waits for a person</h2>
      <p>The plan that you had before you was made again while this page was open, and counts no more.</p>
      <div>
        <Button look="primary" onClick={onReadNew}>
          Read the new plan
        </Button>
      </div>
    </section>
  );
}

function Losses({ plan }: { readonly plan: Plan }) {
  const { destroys, replaces } = lossesOf(plan);
  return (
    <p className={styles.losses}>
      {destroys === 0 && replaces === 0 ? <span className={styles.noLoss}>Nothing is destroyed.</span> : null}
      {destroys === 0 ? null : (
        <span className={styles.loss}>
          {destroys.toLocaleString('en')} {destroys === 1 ? 'resource is' : 'resources are'} destroyed
        </span>
      )}
      {replaces === 0 ? null : (
        <span className={styles.loss}>
          {replaces.toLocaleString('en')} {replaces === 1 ? 'is' : 'are'} destroyed and made anew
        </span>
      )}
    </p>
  );
}

function Approvals({ run }: { readonly run: Run }) {
  const { approvals } = run;
  if (approvals === null || (approvals.needed < 2 && approvals.given.length === 0)) {
    return null;
  }
  return (
    <div>
      <p>
        <strong>
          {approvals.given.length} of {approvals.needed} approvals
        </strong>
      </p>
      <ul className={styles.approvals}>
        {approvals.given.map(({ actor, comment, at }) => (
          <li key={actor}>
            {actorInWords(actor)}, <Ago at={at} />
            {comment === null ? '' : `: ${comment}`}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Why this person’s approval counts no more; null where it does. */
function useOwnApproval(run: Run): string | null {
  const { whoami } = useSession();
  return run.approvals?.given.some(({ actor }) => actor === whoami.actor) === true
    ? 'You have approved this plan. It waits for somebody else.'
    : null;
}

function refusalInWords(error: unknown): string {
  if (error instanceof ApiProblem && error.code === 'PLAN_CHANGED') {
    return 'Nothing was confirmed: the plan was made again meanwhile. Read the new one.';
  }
  return problemInWords(error);
}
