import { useState } from 'react';
import { chooseTheme, chosenTheme, THEMES } from './theme.js';

const LABELS = { system: 'As the system', light: 'Light', dark: 'Dark' } as const;

export function ThemeChoice() {
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <select
      aria-label="Theme"
      value={theme}
      onChange={(event) => {
        const next = THEMES.find((each) => each === event.target.value) ?? 'system';
        chooseTheme(next);
        setTheme(next);
      }}
    >
      {THEMES.map((each) => (
        <option key={each} value={each}>
          {LABELS[each]}
        </option>
      ))}
    </select>
  );
}
