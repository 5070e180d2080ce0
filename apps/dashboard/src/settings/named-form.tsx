import { useState } from 'react';
import { Button } from '../design/button.js';
import controls from '../design/controls.module.css';
import { TextField } from '../design/field.js';
import { problemInWords } from '../design/surface.js';
import { useAct } from '../design/use-act.js';

interface NamedFormProps {
  readonly label: string;
  readonly button: string;
  readonly create: (name: string) => Promise<unknown>;
  readonly shownAs: readonly string[];
}

/** Makes something that needs no more than a name. */
export function NamedForm({ label, button, create, shownAs }: NamedFormProps) {
  const [name, setName] = useState('');
  const make = useAct(create, shownAs);
  return (
    <form
      className={controls.inline}
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate(name, {
          onSuccess: () => {
            setName('');
          },
        });
      }}
    >
      <TextField
        label={label}
        fault={make.error === null ? undefined : problemInWords(make.error)}
        required
        maxLength={90}
        autoComplete="off"
        value={name}
        onChange={setName}
      />
      <Button type="submit" busy={make.isPending}>
        {button}
      </Button>
    </form>
  );
}
