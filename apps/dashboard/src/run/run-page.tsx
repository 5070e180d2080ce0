import { useQuery } from '@tanstack/react-query';
import tabs from '../design/tabs.module.css';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Ago, Lasting } from '../design/time.js';
import { Card, Failure, Loading, Notice } from '../design/surface.js';
import surface from '../design/surface.module.css';
import { useTopic } from '../live/live-context.js';
import { planQuery, runEventsQuery, runQuery, type Run } from '../runs/queries.js';
import { titleOf } from '../runs/run-link.js';
import { StatusBadge } from '../runs/status-badge.js';
import { actorInWords, operationInWords } from '../runs/status.js';
import { useSession } from '../session/session.js';
import { useTitle } from '../page/title.js';
import { Artifacts } from './artifacts.js';
import { Decide } from './decide.js';
import { RunActions } from './run-actions.js';
import { RunFacts } from './run-facts.js';
import { RunLog } from './run-log.js';
import { RunOutputs } from './run-outputs.js';
import { RunStory } from './run-story.js';
import styles from './run.module.css';
import { StepsPicture } from './steps/steps-picture.js';
import { PlanView } from '../plan/plan-view.js';
import { Timeline } from './timeline.js';
import { viewFor, VIEWS } from './views.js';
import { WhyItFailed } from './why-it-failed.js';
import { WhyItWaits } from './why-it-waits.js';
import { useAddressPart } from '../page/address.js';

/** A run: what it waits for or why it failed, what it will do, and what it says. */
export function RunPage() {
  const id = useAddressPart('id');
  const { client } = useSession();
  useTopic(`task:${id}`);
  const { data: run, error, refetch } = useQuery(runQuery(client, id));
  if (run === undefined) {
    return error === null ? (
      <Loading label="Loading the run" />
    ) : (
      <Failure error={error} onRetry={() => void refetch()} />
    );
  }
  return <RunSheet key={run.id} run={run} />;
}

function RunSheet({ run }: { readonly run: Run }) {
  const { client } = useSession();
  const { view: wanted } = useSearch({ strict: false });
  const events = useQuery(runEventsQuery(client, run.id));
  const plan = useQuery(planQuery(client, run.id, run.planHash));
  // The plan that this person has had before their eyes: it, and no other one, is what they confirm.
  const [readHash, setReadHash] = useState<string | null>(null);
  const view = wanted ?? viewFor(run);
  if (view === 'plan' && plan.data !== undefined && plan.data.hash !== readHash) {
    setReadHash(plan.data.hash);
  }
  useTitle(`${titleOf(run)} · ${run.workspace?.name ?? ''}`);
  return (
    <div className={styles.stack}>
      <Head run={run} />
      <WhyItFailed run={run} />
      <WhyItWaits run={run} />
      <RunStory run={run} events={events.data ?? []} />
      <Decide run={run} plan={plan.data} readHash={readHash} warnings={warningsOf(events.data ?? [])} />
      <RunOutputs run={run} />
      <Card title="Where the time went">
        <StepsPicture run={run} />
      </Card>
      {run.kind === 'build' ? <Artifacts taskId={run.id} isOver={run.finishedAt !== null} /> : null}
      <section className={surface.card}>
        <nav className={tabs.tabs} aria-label="Parts of the run">
          {VIEWS.filter((each) => each.isFor(run)).map(({ name, label }) => (
            <Link
              key={name}
              to="."
              search={(before: Record<string, unknown>) => ({ ...before, view: name })}
              replace
              resetScroll={false}
              aria-current={view === name ? 'page' : undefined}
            >
              {label}
            </Link>
          ))}
        </nav>
        {view === 'plan' ? (
          plan.data !== undefined ? (
            <PlanView key={plan.data.hash} plan={plan.data} logAddress="?view=plan-log" />
          ) : plan.error !== null ? (
            <Failure error={plan.error} onRetry={() => void plan.refetch()} />
          ) : run.planHash === null ? (
            <p className={styles.nothing}>{planMissing(run)}</p>
          ) : (
            <Loading label="Loading the plan" />
          )
        ) : view === 'timeline' ? (
          <Timeline run={run} events={events.data} />
        ) : view === 'facts' ? (
          <RunFacts run={run} />
        ) : (
          <RunLog
            key={view}
            run={run}
            phase={view === 'plan-log' ? 'plan' : view === 'build-log' ? 'build' : 'apply'}
          />
        )}
      </section>
    </div>
  );
}

function planMissing(run: Run): string {
  return run.finishedAt === null
    ? 'The plan is being made. Its log tells how far it is.'
    : 'No plan was made.';
}

function warningsOf(
  events: readonly { event: string; message: string; data: Record<string, unknown> }[],
): string[] {
  const warnings = events.filter(
    ({ event, data }) => event === 'diagnostic' && data['severity'] === 'warning',
  );
  return [...new Set(warnings.map(({ message }) => message))];
}

function Head({ run }: { readonly run: Run }) {
  const { whoami } = useSession();
  const org = whoami.organization.name;
  return (
    <div className={styles.head}>
      <div>
        {run.workspace === null ? null : (
          <nav aria-label="Where it belongs" className={styles.crumbs}>
            <Link to="/app/$org/$workspace" params={{ org, workspace: run.workspace.name }}>
              {run.workspace.name}
            </Link>
            {' / '}
            <Link to="/app/$org/$workspace/runs" params={{ org, workspace: run.workspace.name }}>
              runs
            </Link>
          </nav>
        )}
        <h1>{titleOf(run)}</h1>
        <p className={styles.about}>
          <StatusBadge status={run.status} />
          <span>{operationInWords(run.operation)}</span>
          {run.createdBy === null ? null : <span>by {actorInWords(run.createdBy)}</span>}
          <Ago at={run.createdAt} />
          <span>
            {run.finishedAt === null ? 'for ' : 'took '}
            <Lasting from={run.createdAt} to={run.finishedAt} />
          </span>
        </p>
      </div>
      <RunActions run={run} />
      {run.stopRequested === null ? null : (
        <Notice tone="warn">
          Somebody asked for it to be stopped ({run.stopRequested.replace('_', ' ')}); the agent is being
          told.
        </Notice>
      )}
    </div>
  );
}
