import { TextField } from '../design/field.js';

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
  return <TextField label="Comment" hint={hint} maxLength={1_000} value={comment} onChange={onChange} />;
}
