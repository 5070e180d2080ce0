import { useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Button } from '../design/button.js';
import { useRows } from '../design/use-rows.js';
import { firstErrorLine } from './first-error.js';
import { MAX_MATCHES } from './find.js';
import { LogRowView } from './log-row.js';
import type { LogText } from './log-text.js';
import styles from './logs.module.css';
import { useSearch } from './use-search.js';

interface LogViewProps {
  readonly log: LogText;
  /** What it is the log of, for those who hear the page. */
  readonly name: string;
  /** The task has failed: the reader begins at the first line that says so. */
  readonly failed: boolean;
  readonly onDownload: () => void;
}

/** So near to its end, the reader follows. */
const END_PX = 40;

/** A log as it grows: coloured, searchable, with a link to each line; it follows its end only for a reader who is there. */
export function LogView({ log, name, failed, onDownload }: LogViewProps) {
  const version = useSyncExternalStore(log.listen, log.state);
  const scroller = useRef<HTMLDivElement>(null);
  const find = useRef<HTMLInputElement>(null);
  const chosen = useChosenLine();
  const [following, setFollowing] = useState(!failed && chosen === null);
  // Where a reader scrolls to tells whether they want to follow; where the page scrolls to by itself does not.
  const byHand = useRef(false);
  const lastTop = useRef(0);
  const [wanted, setWanted] = useState('');
  const [step, setStep] = useState(0);
  const { matches, searching } = useSearch(log, wanted, version);
  const errorLine = failed ? firstErrorLine(log) : null;
  const [rowPx] = useState(rowHeight);
  const count = log.rowCount;
  const rows = useRows({ count, scroller, rowPx, overscan: 20 });
  const heightPx = rows.getTotalSize();
  // Before what goes to a place of its own: where both do so at once, that counts.
  useEffect(() => {
    if (following && count > 0) {
      byHand.current = false;
      rows.scrollToIndex(count - 1, { align: 'end' });
    }
  }, [following, count, heightPx, rows]);

  const goTo = (row: number, align: 'start' | 'center' | 'end' = 'center'): void => {
    byHand.current = false;
    setFollowing(false);
    rows.scrollToIndex(row, { align });
  };
  const goToLine = (line: number): void => {
    const row = log.rowOfLine(line);
    if (row !== undefined) {
      goTo(row);
    }
  };
  useOnce(chosen !== null && log.rowOfLine(chosen) !== undefined ? `line ${chosen}` : null, () => {
    goToLine(chosen ?? 1);
  });
  useOnce(chosen === null && errorLine !== null ? `error ${errorLine}` : null, () => {
    goToLine(errorLine ?? 1);
  });

  const present = matches[step] ?? null;
  const goToMatch = (to: number): void => {
    const next = matches.length === 0 ? 0 : (to + matches.length) % matches.length;
    const match = matches[next];
    setStep(next);
    if (match !== undefined) {
      goTo(match.row);
    }
  };
  // The first match is gone to when it is found, not with each further one.
  useOnce(wanted !== '' && matches.length > 0 ? `find ${wanted}` : null, () => {
    goToMatch(0);
  });

  const goToEnd = (key: 'Home' | 'End'): void => {
    if (key === 'End' && !log.ended) {
      setFollowing(true);
    } else if (count > 0) {
      goTo(key === 'Home' ? 0 : count - 1, key === 'Home' ? 'start' : 'end');
    }
  };
  const moves = (): void => {
    byHand.current = true;
  };
  return (
    <div className={styles.log}>
      <div className={styles.bar}>
        <input
          ref={find}
          type="search"
          data-search
          placeholder="Find in the whole log"
          aria-label={`Find in ${name}`}
          value={wanted}
          onChange={(event) => {
            setStep(0);
            setWanted(event.target.value);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              goToMatch(step + (event.shiftKey ? -1 : 1));
            }
          }}
        />
        {wanted === '' ? null : (
          <>
            <span className={styles.count} role="status">
              {countInWords(matches.length, step, searching)}
            </span>
            <Button
              small
              aria-label="Previous match"
              disabled={matches.length === 0}
              onClick={() => {
                goToMatch(step - 1);
              }}
            >
              ↑
            </Button>
            <Button
              small
              aria-label="Next match"
              disabled={matches.length === 0}
              onClick={() => {
                goToMatch(step + 1);
              }}
            >
              ↓
            </Button>
          </>
        )}
        <span className={styles.end}>
          {errorLine === null ? null : (
            <a
              href={`#L${errorLine}`}
              onClick={() => {
                goToLine(errorLine);
              }}
            >
              First error: line {errorLine}
            </a>
          )}
          <span className={styles.count}>
            {log.lineCount.toLocaleString('en')} line{log.lineCount === 1 ? '' : 's'}
          </span>
          <Button small onClick={onDownload}>
            Download
          </Button>
        </span>
      </div>
      <div className={styles.frame}>
        <div
          ref={scroller}
          className={styles.scroller}
          data-fits={log.ended || count === 0}
          role="log"
          aria-live="off"
          aria-label={name}
          tabIndex={0}
          onWheel={moves}
          onKeyDown={(event) => {
            moves();
            // The browser's own way there is a movement, which ends where rows turn out to be higher than they were taken for.
            if (event.key === 'Home' || event.key === 'End') {
              event.preventDefault();
              goToEnd(event.key);
            }
          }}
          onTouchMove={moves}
          onPointerDown={moves}
          onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
            const up = scrollTop < lastTop.current;
            lastTop.current = scrollTop;
            if (byHand.current && up) {
              setFollowing(false);
            } else if (byHand.current && !log.ended && scrollHeight - scrollTop - clientHeight < END_PX) {
              setFollowing(true);
            }
          }}
        >
          {count > 0 ? null : (
            <p className={styles.nothing}>{log.ended ? 'Nothing was logged.' : 'Nothing has come yet.'}</p>
          )}
          <div className={styles.rows} style={{ height: heightPx }}>
            {rows.getVirtualItems().map((item) => {
              const row = log.row(item.index);
              return row === undefined ? null : (
                <div
                  key={item.key}
                  ref={rows.measureElement}
                  data-index={item.index}
                  className={styles.place}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <LogRowView
                    row={row}
                    chosen={row.line === chosen}
                    wanted={wanted.toLowerCase()}
                    at={present?.row === item.index ? present.from : null}
                  />
                </div>
              );
            })}
          </div>
        </div>
        {following || log.ended ? null : (
          <div className={styles.more}>
            <Button
              small
              look="primary"
              onClick={() => {
                setFollowing(true);
              }}
            >
              Follow the log
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}

/** Of a row of one line, as `.row` has it: what has not been drawn yet counts as such, and jumps where that is wrong. */
function rowHeight(): number {
  return Math.round(1.25 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize));
}

function countInWords(matches: number, step: number, searching: boolean): string {
  if (matches === 0) {
    return searching ? 'looking …' : 'not found';
  }
  const all =
    matches >= MAX_MATCHES ? `${MAX_MATCHES.toLocaleString('en')} or more` : matches.toLocaleString('en');
  return `${(step + 1).toLocaleString('en')} of ${all}${searching ? ' …' : ''}`;
}

/** The line that the address names. */
function useChosenLine(): number | null {
  const hash = useLocation({ select: (location) => location.hash });
  const [, line] = /^L(\d+)$/.exec(hash) ?? [];
  return line === undefined ? null : Number(line);
}

/** Does something once for each new occasion; null is none. */
function useOnce(occasion: string | null, act: () => void): void {
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (occasion !== null && occasion !== last.current) {
      last.current = occasion;
      act();
    }
  });
}
