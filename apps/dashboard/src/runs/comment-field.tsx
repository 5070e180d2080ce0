import { Field } from '../design/field.js';

interface CommentFieldProps {
  readonly comment: string;
  readonly onChange: (comment: string) => void;
  readonly hint?: string;
}

/** What somebody says to what they decide. */
export function CommentField({
  comment,
  onChange,
  hint = 'Stands in the timeline. May be left empty.',
}: CommentFieldProps) {
  return (
    <Field label="Comment" hint={hint}>
      {(control) => (
        <input
          {...control}
          maxLength={1_000}
          value={comment}
          onChange={(event) => {
            onChange(event.target.value);
          }}
        />
      )}
    </Field>
  );
}
