import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

export interface Shortcut {
  readonly keys: string;
  readonly does: string;
}

/** What the page's own keys do everywhere; those of one page say so there. */
export const SHORTCUTS: readonly Shortcut[] = [
  { keys: '?', does: 'show these keys' },
  { keys: '/', does: 'search on this page' },
  { keys: 'g h', does: 'go to the front page' },
  { keys: 'g r', does: 'go to all runs' },
  { keys: 'g w', does: 'go to the workspaces' },
  { keys: 'g a', does: 'go to the agents' },
  { keys: 'j k', does: 'next and previous row of a list' },
  { keys: 'y', does: 'on a run, confirm it, once its plan was opened' },
  { keys: 'Esc', does: 'close a dialog, leave the search' },
];

const PLACES: Readonly<Record<string, string>> = { h: '/', r: '/runs', w: '/workspaces', a: '/agents' };

/** True where what is typed belongs to a control. */
export function isTyping(event: KeyboardEvent): boolean {
  const { target } = event;
  const typed =
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  return (
    typed || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') !== null
  );
}

/** Does something at a key that is no part of what somebody types; null switches it off. */
export function useKey(key: string, act: (() => void) | null): void {
  useEffect(() => {
    if (act === null) {
      return;
    }
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === key && !isTyping(event)) {
        event.preventDefault();
        act();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
    };
  });
}

/** The keys that work on every page. */
export function useShortcuts(showHelp: () => void): void {
  const router = useRouter();
  useEffect(() => {
    let before = '';
    const onKey = (event: KeyboardEvent): void => {
      const { key, target } = event;
      if (key === 'Escape' && target instanceof HTMLElement && 'search' in target.dataset) {
        // The browser's own way would empty it, and with it the list that somebody wants to walk through.
        event.preventDefault();
        target.blur();
      }
      if (isTyping(event)) {
        return;
      }
      const to = before === 'g' ? PLACES[key] : undefined;
      before = key;
      if (to !== undefined) {
        void router.navigate({ to });
      } else if (key === '?') {
        showHelp();
      } else if (key === '/') {
        const search = document.querySelector<HTMLElement>('[data-search]');
        search?.focus();
        event.preventDefault();
      } else if (key === 'j' || key === 'k') {
        moveInList(key === 'j' ? 1 : -1);
      }
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
    };
  }, [router, showHelp]);
}

/** Lists mark the link of each row, and the focus goes from one to the next. */
function moveInList(by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row === document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
}
