import type { ReactNode } from 'react';
import surface from '../design/surface.module.css';
import { Ago } from '../design/time.js';
import type { Run } from '../runs/queries.js';

/** What else is known of a run. */
export function RunFacts({ run }: { readonly run: Run }) {
  const { plan, apply } = run.phases;
  const rows: readonly (readonly [string, ReactNode])[] = [
    ['Id', <code key="id">{run.id}</code>],
    ['Attempt', `${run.attempt}, after ${run.retries} of ${run.maxRetries} retries`],
    [
      'Configuration',
      run.source?.kind === 'git' ? <GitSource source={run.source} /> : (run.configurationId ?? 'none yet'),
    ],
    [
      'Agent',
      run.agentId === null ? 'none' : `${run.agentId}, slot ${run.slotId ?? '?'} on ${run.podName ?? '?'}`,
    ],
    [
      'Reserved slot',
      run.reservation === null ? (
        'none'
      ) : (
        <>
          slot {run.reservation.slotId} of {run.reservation.agentId}, ends{' '}
          <Ago at={run.reservation.reservedUntil} />
        </>
      ),
    ],
    ['Engine', plan?.engineVersion ?? apply?.engineVersion ?? 'not known yet'],
    ['Plan hash', run.planHash === null ? 'none' : <code key="hash">{run.planHash}</code>],
    ['Init of the plan', plan?.init === undefined ? 'not known yet' : plan.init.reason],
    ['Init of the apply', apply?.init === undefined ? 'not known yet' : apply.init.reason],
    ['Targets', listed(run.targets)],
    ['To be replaced', listed(run.replace)],
    ['Own variables', listed(run.variables)],
    ['Refresh only', run.refreshOnly ? 'yes' : 'no'],
    ['Applied without asking', run.autoApply ? 'yes' : 'no'],
    ['Priority', String(run.priority)],
  ];
  return (
    <div className={surface.cardBody}>
      <dl className={surface.facts}>
        {rows.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function GitSource({ source }: { readonly source: Extract<Run['source'], { kind: 'git' }> }) {
  return (
    <>
      {source.url} {source.branch ?? 'default branch'}
      {source.path === '' ? '' : `, ${source.path}`}, <code>{source.commit ?? 'not fetched yet'}</code>
    </>
  );
}

function listed(values: readonly string[]): string {
  return values.length === 0 ? 'none' : values.join(', ');
}
