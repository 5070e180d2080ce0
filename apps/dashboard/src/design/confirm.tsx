import { useState, type ReactNode } from 'react';
import { Button } from './button.js';
import { TextField } from './field.js';
import { FormDialog } from './form-dialog.js';

interface ConfirmProps {
  readonly title: string;
  readonly button: string;
  /** What will happen. */
  readonly children: ReactNode;
  /** Has to be typed in first, where nothing brings back what is lost. */
  readonly typed?: string;
  readonly busy: boolean;
  readonly problem: unknown;
  readonly onSure: () => void;
  readonly onClose: () => void;
}

/** Asks before something is done that is hard to undo. */
export function Confirm({ title, button, children, typed, busy, problem, onSure, onClose }: ConfirmProps) {
  const [text, setText] = useState('');
  return (
    <FormDialog
      title={title}
      button={button}
      look="danger"
      busy={busy}
      disabled={typed !== undefined && text !== typed}
      problem={problem}
      aside={<Button onClick={onClose}>Leave it as it is</Button>}
      onSubmit={onSure}
      onClose={onClose}
    >
      {children}
      {typed === undefined ? null : (
        <TextField label={`Type “${typed}” to go on`} autoComplete="off" value={text} onChange={setText} />
      )}
    </FormDialog>
  );
}
