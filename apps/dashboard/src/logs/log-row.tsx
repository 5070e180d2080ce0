import { memo, type ReactNode } from 'react';
import { piecesOf, type Piece } from './ansi.js';
import type { LogRow } from './log-text.js';
import styles from './logs.module.css';

interface RowProps {
  readonly row: LogRow;
  readonly chosen: boolean;
  /** What is looked for, in lower case; empty where nothing is. */
  readonly wanted: string;
  /** Where in its plain text the match stands that the reader is at. */
  readonly at: number | null;
}

/** One row: its number, which is a link to it, and its text in its colours. */
export const LogRowView = memo(function LogRowView({ row, chosen, wanted, at }: RowProps) {
  return (
    <div className={styles.row} data-chosen={chosen}>
      {row.from === 0 ? (
        <a className={styles.number} href={`#L${row.line}`} aria-label={`Line ${row.line}`}>
          {row.line}
        </a>
      ) : (
        <span className={styles.number} aria-hidden="true">
          ↳
        </span>
      )}
      <code className={styles.text}>{drawn(piecesOf(row.text, row.style).pieces, wanted, at)}</code>
    </div>
  );
});

function drawn(pieces: readonly Piece[], wanted: string, at: number | null): ReactNode[] {
  const plain = pieces.map(({ text }) => text).join('');
  const marks = wanted === '' ? [] : marksIn(plain.toLowerCase(), wanted, at);
  let place = 0;
  return pieces.flatMap(({ text, style }, number) => {
    const begin = place;
    place += text.length;
    const className = [
      style.foreground === null ? '' : styles[`c${style.foreground}`],
      style.background === null ? '' : styles[`b${style.background}`],
      style.bold ? styles.bold : '',
      style.dim ? styles.dim : '',
      style.italic ? styles.italic : '',
      style.underline ? styles.underline : '',
    ]
      .filter(Boolean)
      .join(' ');
    return (
      <span key={number} className={className === '' ? undefined : className}>
        {withMarks(text, begin, marks)}
      </span>
    );
  });
}

interface Mark {
  readonly from: number;
  readonly to: number;
  readonly present: boolean;
}

function marksIn(text: string, wanted: string, at: number | null): Mark[] {
  const marks: Mark[] = [];
  for (let from = text.indexOf(wanted); from !== -1; from = text.indexOf(wanted, from + wanted.length)) {
    marks.push({ from, to: from + wanted.length, present: from === at });
  }
  // One that goes on in the next row.
  if (at !== null && !marks.some(({ from }) => from === at)) {
    marks.push({ from: at, to: text.length, present: true });
  }
  return marks;
}

/** The part of a row's text that begins at `begin`, with what of it was looked for marked. */
function withMarks(text: string, begin: number, marks: readonly Mark[]): ReactNode[] | string {
  const own = marks.filter(({ from, to }) => from < begin + text.length && to > begin);
  if (own.length === 0) {
    return text;
  }
  const parts: ReactNode[] = [];
  let done = 0;
  own.forEach(({ from, to, present }) => {
    const [first, last] = [Math.max(0, from - begin), Math.min(text.length, to - begin)];
    parts.push(
      text.slice(done, first),
      <mark key={from} data-present={present}>
        {text.slice(first, last)}
      </mark>,
    );
    done = last;
  });
  return [...parts, text.slice(done)];
}
