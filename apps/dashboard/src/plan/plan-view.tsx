import { describeChanges } from '@berth/domain';
import { useDeferredValue, useMemo, useState } from 'react';
import { Notice } from '../design/surface.js';
import type { Plan } from '../runs/queries.js';
import { attributesOf } from './attributes.js';
import { Attributes } from './change-detail.js';
import styles from './plan.module.css';
import { Checks } from './checks.js';
import { PlanList } from './plan-list.js';
import { groupsOf, isWanted } from './plan-model.js';
import { PlanNotes } from './plan-notes.js';
import { rowsOf, type Turned } from './plan-rows.js';

/** A plan of no more changes than this shows their attributes at once. */
const OPEN_PLAN = 3;

/** A plan by what it does: resources, outputs, what changed outside, and what this view does not have. */
export function PlanView({ plan, logAddress }: { readonly plan: Plan; readonly logAddress: string }) {
  const [wanted, setWanted] = useState('');
  const looked = useDeferredValue(wanted.trim());
  const [turned, setTurned] = useState<Turned>(new Set());
  const found = useMemo(
    () => (looked === '' ? plan.resources : plan.resources.filter((change) => isWanted(change, looked))),
    [plan, looked],
  );
  const groups = useMemo(() => groupsOf(found), [found]);
  const rows = useMemo(
    () => rowsOf(groups, turned, plan.resources.length <= OPEN_PLAN),
    [plan, groups, turned],
  );
  const turn = useMemo(() => turning(setTurned), []);
  return (
    <>
      <div className={styles.tools}>
        <strong>{describeChanges(plan.summary)}</strong>
        {plan.resources.length < 2 ? null : (
          <>
            <input
              type="search"
              data-search
              placeholder="Filter by address, provider, reason"
              aria-label="Filter the planned changes"
              value={wanted}
              onChange={(event) => {
                setWanted(event.target.value);
              }}
            />
            <span className={styles.tag} role="status">
              {looked === ''
                ? ''
                : `${found.length.toLocaleString('en')} of ${plan.resources.length.toLocaleString('en')}`}
            </span>
          </>
        )}
      </div>
      <PlanNotes plan={plan} logAddress={logAddress} />
      {plan.resources.length === 0 ? (
        <p className={styles.notes}>No resource is changed.</p>
      ) : found.length === 0 ? (
        <p className={styles.notes}>No change has “{looked}” in it.</p>
      ) : (
        <PlanList rows={rows} onTurn={turn} />
      )}
      <Checks plan={plan} />
      {plan.outputs.length === 0 ? null : <OutputChanges plan={plan} />}
      {plan.drift.length === 0 ? null : <Drift plan={plan} />}
    </>
  );
}

function turning(setTurned: (change: (before: Turned) => Turned) => void): (key: string) => void {
  return (key) => {
    setTurned((before) => {
      const after = new Set(before);
      if (!after.delete(key)) {
        after.add(key);
      }
      return after;
    });
  };
}

function OutputChanges({ plan }: { readonly plan: Plan }) {
  const rows = plan.outputs.flatMap((output) =>
    attributesOf(output)
      .filter(({ kind }) => kind !== 'same')
      .map((row) => ({
        ...row,
        path:
          row.path.startsWith('[') || row.path === ''
            ? `${output.name}${row.path}`
            : `${output.name}.${row.path}`,
      })),
  );
  return (
    <details open>
      <summary className={styles.group}>
        Outputs <span className={styles.groupCount}>{plan.outputs.length}</span>
      </summary>
      <div className={styles.detail}>
        <Attributes rows={rows} name="the outputs" />
      </div>
    </details>
  );
}

/** What somebody else has changed. It is not what the plan does, and is never among it. */
function Drift({ plan }: { readonly plan: Plan }) {
  const [turned, setTurned] = useState<Turned>(new Set());
  const rows = useMemo(() => rowsOf(groupsOf(plan.drift), turned, false), [plan, turned]);
  const turn = useMemo(() => turning(setTurned), []);
  return (
    <details>
      <summary className={styles.group}>
        Changed outside of terraform{' '}
        <span className={styles.groupCount}>{plan.drift.length.toLocaleString('en')}</span>
      </summary>
      <div className={styles.notes}>
        <Notice tone="info">
          This is what was found to be different since the last apply. What is done about it stands above.
        </Notice>
      </div>
      <PlanList rows={rows} onTurn={turn} />
    </details>
  );
}
