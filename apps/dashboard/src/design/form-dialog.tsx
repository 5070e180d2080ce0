import type { ReactNode } from 'react';
import { Button } from './button.js';
import controls from './controls.module.css';
import { Dialog } from './dialog.js';
import { Notice, problemInWords } from './surface.js';

interface FormDialogProps {
  readonly title: string;
  /** What sends it. */
  readonly button: string;
  /** Where it is not the usual way, but one that takes something away. */
  readonly look?: 'primary' | 'danger';
  readonly busy: boolean;
  /** Whether something that has to be there is missing. */
  readonly disabled?: boolean;
  /** What was wrong with what was sent; null where nothing was. */
  readonly problem: unknown;
  readonly children: ReactNode;
  /** Stands beside the button. */
  readonly aside?: ReactNode;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
}

/** A form in a dialog, with what went wrong above the button that sends it. */
export function FormDialog({
  title,
  button,
  look = 'primary',
  busy,
  disabled = false,
  problem,
  children,
  aside,
  onSubmit,
  onClose,
}: FormDialogProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className={controls.form}
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
        {problem === null || problem === undefined ? null : (
          <Notice tone="bad" alert>
            {problemInWords(problem)}
          </Notice>
        )}
        <div className={controls.buttons}>
          <Button type="submit" look={look} busy={busy} disabled={disabled}>
            {button}
          </Button>
          {aside}
        </div>
      </form>
    </Dialog>
  );
}
