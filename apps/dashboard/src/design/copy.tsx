import { useState } from 'react';
import { Button } from './button.js';

/** Puts a text where it can be pasted from. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  const [said, setSaid] = useState('Copy');
  return (
    <Button
      small
      aria-label={`Copy ${what}`}
      onClick={() => {
        navigator.clipboard.writeText(text).then(
          () => {
            setSaid('Copied');
          },
          () => {
            setSaid('Select and copy it');
          },
        );
      }}
    >
      {said}
    </Button>
  );
}
