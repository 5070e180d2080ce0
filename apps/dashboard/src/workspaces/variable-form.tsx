import { useState } from 'react';
import { FormDialog } from '../design/form-dialog.js';
import { Check, Field, TextField } from '../design/field.js';

import { useAct } from '../design/use-act.js';
import { useSession } from '../session/session.js';
import type { Variable, Workspace } from './queries.js';

interface VariableFormProps {
  readonly workspace: Workspace;
  /** Null: a new one. */
  readonly variable: Variable | null;
  readonly onClose: () => void;
}

/** Writes a variable of a workspace. A sensitive value is never shown again, so it is always given anew. */
export function VariableForm({ workspace, variable, onClose }: VariableFormProps) {
  const { client } = useSession();
  const [key, setKey] = useState(variable?.key ?? '');
  const [value, setValue] = useState(variable?.value ?? '');
  const [category, setCategory] = useState<Variable['category']>(variable?.category ?? 'terraform');
  const [sensitive, setSensitive] = useState(variable?.sensitive ?? false);
  const [hcl, setHcl] = useState(variable?.hcl ?? false);
  const save = useAct(
    async () =>
      client.put('/api/v1/workspaces/{workspace}/variables/{key}', {
        params: { path: { workspace: workspace.id, key } },
        body: { value, category, sensitive, hcl: category === 'terraform' && hcl },
      }),
    ['workspaces', 'one', workspace.id],
  );
  return (
    <FormDialog
      title={variable === null ? 'Add a variable' : `Change ${variable.key}`}
      button="Save"
      busy={save.isPending}
      problem={save.error}
      onClose={onClose}
      onSubmit={() => {
        save.mutate(undefined, { onSuccess: onClose });
      }}
    >
      <TextField
        label="Name"
        required
        autoComplete="off"
        disabled={variable !== null}
        maxLength={128}
        pattern="[A-Za-z_][A-Za-z0-9_\-]*"
        value={key}
        onChange={setKey}
      />
      <Field label="Kind">
        {(control) => (
          <select
            {...control}
            value={category}
            onChange={(event) => {
              setCategory(event.target.value === 'env' ? 'env' : 'terraform');
            }}
          >
            <option value="terraform">terraform: an input variable</option>
            <option value="env">environment: of terraform’s process</option>
          </select>
        )}
      </Field>
      <Field
        label="Value"
        hint={
          variable?.value === null
            ? 'The present one is sensitive and shown to nobody: give it anew.'
            : undefined
        }
      >
        {(control) => (
          <textarea
            {...control}
            rows={3}
            value={value}
            onChange={(event) => {
              setValue(event.target.value);
            }}
          />
        )}
      </Field>
      {category === 'terraform' ? (
        <Check label="HCL: the value is an expression, such as a list" checked={hcl} onChange={setHcl} />
      ) : null}
      <Check
        label="sensitive: it is kept sealed and never shown again"
        checked={sensitive}
        onChange={setSensitive}
      />
    </FormDialog>
  );
}
