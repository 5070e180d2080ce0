import { useState, type ReactNode } from 'react';
import { Button } from './button.js';
import { Field } from './field.js';
import controls from './controls.module.css';

interface SearchFormProps {
  /** What is searched for now. */
  readonly text: string;
  readonly placeholder: string;
  /** Asked with the text when it is sent, and at once when it is emptied. */
  readonly onSearch: (text: string) => void;
  /** What else narrows the list. */
  readonly children: ReactNode;
}

export function SearchForm({ text, placeholder, onSearch, children }: SearchFormProps) {
  const [typed, setTyped] = useState(text);
  return (
    <form
      className={controls.filters}
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(typed);
      }}
    >
      <Field label="Search">
        {(control) => (
          <input
            {...control}
            type="search"
            data-search
            placeholder={placeholder}
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              if (event.target.value === '') {
                onSearch('');
              }
            }}
          />
        )}
      </Field>
      {children}
      <Button type="submit">Search</Button>
    </form>
  );
}
