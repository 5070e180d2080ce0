import { memo, useRef } from 'react';
import { useRows } from '../design/use-rows.js';
import { ChangeDetail } from './change-detail.js';
import styles from './plan.module.css';
import { KIND_IN_WORDS, reasonInWords, SIGNS, type Kind } from './plan-model.js';
import type { PlanRow } from './plan-rows.js';

interface PlanListProps {
  readonly rows: readonly PlanRow[];
  readonly onTurn: (key: string) => void;
}

/** So many are simply drawn, and the browser's own search finds all of them. */
const DRAWN_WHOLE = 150;
const ROW_PX = 34;

export function PlanList({ rows, onTurn }: PlanListProps) {
  return rows.length <= DRAWN_WHOLE ? (
    <div>
      {rows.map((row) => (
        <PlanRowView key={row.key} row={row} onTurn={onTurn} />
      ))}
    </div>
  ) : (
    <LongPlanList rows={rows} onTurn={onTurn} />
  );
}

/** Draws what is in sight. */
function LongPlanList({ rows, onTurn }: PlanListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRows({
    count: rows.length,
    scroller,
    rowPx: ROW_PX,
    overscan: 12,
    keyOf: (index) => rows[index]?.key ?? index,
  });
  return (
    <div ref={scroller} className={styles.scroller} tabIndex={0} role="group" aria-label="Planned changes">
      <div className={styles.rows} style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return row === undefined ? null : (
            <div
              key={item.key}
              ref={list.measureElement}
              data-index={item.index}
              className={styles.place}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <PlanRowView row={row} onTurn={onTurn} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  readonly row: PlanRow;
  readonly onTurn: (key: string) => void;
}

const PlanRowView = memo(function PlanRowView({ row, onTurn }: RowProps) {
  const turn = (): void => {
    onTurn(row.key);
  };
  switch (row.is) {
    case 'group':
      return (
        <button type="button" className={styles.group} aria-expanded={row.open} onClick={turn}>
          <Fold open={row.open} />
          {KIND_IN_WORDS[row.group.kind]}
          <span className={styles.groupCount}>{row.group.count.toLocaleString('en')}</span>
        </button>
      );
    case 'entry':
      return (
        <button type="button" className={styles.entry} data-row aria-expanded={row.open} onClick={turn}>
          <Sign kind={row.kind} />
          <span className={styles.address}>{row.entry.address}</span>
          <span className={styles.tag}>{row.entry.changes.length.toLocaleString('en')} instances</span>
        </button>
      );
    case 'change':
      return <ChangeRow row={row} onTurn={turn} />;
    case 'detail':
      return <ChangeDetail change={row.change} />;
  }
});

function ChangeRow({
  row,
  onTurn,
}: {
  readonly row: Extract<PlanRow, { is: 'change' }>;
  readonly onTurn: () => void;
}) {
  const { change, kind } = row;
  return (
    <button
      type="button"
      className={styles.entry}
      data-row
      data-depth={row.depth}
      aria-expanded={row.open}
      onClick={onTurn}
    >
      <Sign kind={kind} />
      <span className={styles.address}>{change.address}</span>
      {change.deposed === null ? null : <span className={styles.tag}>left behind</span>}
      {change.previousAddress === null ? null : (
        <span className={styles.tag}>moved from {change.previousAddress}</span>
      )}
      {change.importing === null ? null : <span className={styles.tag}>imported</span>}
      {change.actions.includes('forget') ? <span className={styles.tag}>forgotten</span> : null}
      {change.reason === null ? null : (
        <span className={styles.tag} data-tone={kind === 'replace' || kind === 'destroy' ? 'bad' : undefined}>
          {reasonInWords(change.reason)}
        </span>
      )}
    </button>
  );
}

function Sign({ kind }: { readonly kind: Kind }) {
  return (
    <span className={styles.sign} data-kind={kind} role="img" aria-label={KIND_IN_WORDS[kind].split(':')[0]}>
      {SIGNS[kind]}
    </span>
  );
}

function Fold({ open }: { readonly open: boolean }) {
  return <span aria-hidden="true">{open ? '▾' : '▸'}</span>;
}
