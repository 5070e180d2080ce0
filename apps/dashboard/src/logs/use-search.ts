import { useEffect, useMemo, useState } from 'react';
import { Search, type Match } from './find.js';
import type { LogText } from './log-text.js';

interface Found {
  /** What has found it: another search has found nothing yet. */
  readonly by: Search | null;
  readonly matches: readonly Match[];
  readonly searching: boolean;
}

const NOTHING: Found = { by: null, matches: [], searching: false };

/** Looks for a text in a log, also in what is still to come. @param version changes when the log has grown */
export function useSearch(log: LogText, wanted: string, version: number): Omit<Found, 'by'> {
  const search = useMemo(() => (wanted === '' ? null : new Search(log, wanted)), [log, wanted]);
  const [found, setFound] = useState(NOTHING);
  useEffect(() => {
    if (search === null) {
      return;
    }
    let timer = setTimeout(function step() {
      const all = search.goOn();
      setFound({ by: search, matches: [...search.matches], searching: !all });
      if (!all) {
        timer = setTimeout(step, 0);
      }
    }, 0);
    return () => {
      clearTimeout(timer);
    };
  }, [search, version]);
  return found.by === search ? found : { ...NOTHING, searching: search !== null };
}
