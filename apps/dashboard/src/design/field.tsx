import { useId, type InputHTMLAttributes, type ReactNode } from 'react';
import styles from './controls.module.css';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly fault?: string | undefined;
  /** Draws the control; it takes the id, and what describes it. */
  readonly children: (control: {
    id: string;
    'aria-describedby': string;
    'aria-invalid': boolean;
  }) => ReactNode;
}

/** A control with its name, what may be said there, and what was wrong with it. */
export function Field({ label, hint, fault, children }: FieldProps) {
  const id = useId();
  const about = `${id}-about`;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': about, 'aria-invalid': fault !== undefined })}
      <div id={about}>
        {hint === undefined ? null : <div className={styles.hint}>{hint}</div>}
        {fault === undefined ? null : <div className={styles.fault}>{fault}</div>}
      </div>
    </div>
  );
}

interface TextFieldProps
  extends Omit<FieldProps, 'children'>, Omit<InputHTMLAttributes<HTMLInputElement>, 'value' | 'onChange'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A field of one line; what else is given is the input's. */
export function TextField({ label, hint, fault, value, onChange, ...input }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(control) => (
        <input
          {...input}
          {...control}
          value={value}
          onChange={(event) => {
            onChange(event.target.value);
          }}
        />
      )}
    </Field>
  );
}

interface CheckProps {
  readonly label: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}

export function Check({ label, checked, onChange, disabled = false }: CheckProps) {
  return (
    <label className={styles.check}>
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => {
          onChange(event.target.checked);
        }}
      />
      <span>{label}</span>
    </label>
  );
}
