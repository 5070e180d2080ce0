import type { ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './controls.module.css';

export type Look = 'primary' | 'danger' | 'plain';

/** The class of something that looks like a button: a link, say. */
export function buttonClass(look?: Look, small = false): string {
  return [styles.button, look === undefined ? '' : styles[look], small ? styles.small : '']
    .filter(Boolean)
    .join(' ');
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: Look;
  readonly small?: boolean;
  readonly busy?: boolean;
  readonly children: ReactNode;
}

export function Button({ look, small = false, busy = false, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={buttonClass(look, small)}
      disabled={disabled === true || busy}
      aria-busy={busy}
    >
      {children}
    </button>
  );
}
