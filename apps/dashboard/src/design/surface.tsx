import { ApiProblem, isTransient } from '@berth/client';
import type { ReactNode } from 'react';
import { Button } from './button.js';
import styles from './surface.module.css';

interface CardProps {
  readonly title?: ReactNode;
  /** What stands at the right of the title. */
  readonly aside?: ReactNode;
  /** Its content goes to its edges, as tables and lists do. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

export function Card({ title, aside, flush = false, children }: CardProps) {
  return (
    <section className={styles.card}>
      {title === undefined ? null : (
        <div className={styles.cardHead}>
          <h2>{title}</h2>
          {aside}
        </div>
      )}
      <div className={flush ? undefined : styles.cardBody}>{children}</div>
    </section>
  );
}

export type Tone = 'good' | 'bad' | 'warn' | 'info';

interface NoticeProps {
  readonly tone: Tone;
  readonly children: ReactNode;
  /** Said aloud when it comes up. */
  readonly alert?: boolean;
}

export function Notice({ tone, alert = false, children }: NoticeProps) {
  return (
    <div className={`${styles.notice ?? ''} ${styles[tone] ?? ''}`} role={alert ? 'alert' : undefined}>
      {children}
    </div>
  );
}

interface EmptyProps {
  readonly title: string;
  /** Stands for the whole page, and has its heading. */
  readonly isPage?: boolean;
  /** What to do next. */
  readonly children?: ReactNode;
}

export function Empty({ title, isPage = false, children }: EmptyProps) {
  return (
    <div className={styles.empty}>
      {isPage ? <h1>{title}</h1> : <strong>{title}</strong>}
      {children}
    </div>
  );
}

/** Where something will stand, until it has come. */
export function Loading({ label = 'Loading' }: { readonly label?: string }) {
  return (
    <div className={styles.cardBody} role="status" aria-label={label}>
      <div className={styles.bars}>
        {['62%', '88%', '47%'].map((width) => (
          <span key={width} style={{ width }} />
        ))}
      </div>
    </div>
  );
}

/** What went wrong, in the api's words, and what can be done about it. */
export function Failure({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  return (
    <div className={styles.cardBody}>
      <Notice tone="bad" alert>
        <p>{problemInWords(error)}</p>
        {onRetry === undefined || !isTransient(error) ? null : (
          <div>
            <Button small onClick={onRetry}>
              Try again
            </Button>
          </div>
        )}
      </Notice>
    </div>
  );
}

/** An error for a person: what happened, where a field is wrong which one, and what to do. */
export function problemInWords(error: unknown): string {
  if (!(error instanceof ApiProblem)) {
    return 'Berth does not answer. It may be starting again: this page tries again by itself.';
  }
  const faults = error.errors.map(({ field, message }) => `${field}: ${message}`);
  const said = faults.length === 0 ? error.detail : faults.join('; ');
  const sentence = said.charAt(0).toUpperCase() + said.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
