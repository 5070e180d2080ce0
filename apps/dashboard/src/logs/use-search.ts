import { useEffect, useMemo, useState } from 'react';
import { Search, type Match } from './find.js';
import type { LogText } from './log-text.js';

interface Found {
  readonly matches: readonly Match[];
  readonly searching: boolean;
}

/** Looks for a text in a log, also in what is still to come. @param version changes when the log has grown */
export function useSearch(log: LogText, wanted: string, version: number): Found {
  const search = useMemo(() => (wanted === '' ? null : new Search(log, wanted)), [log, wanted]);
  const [found, setFound] = useState<Found>({ matches: [], searching: false });
  useEffect(() => {
    if (search === null) {
      setFound({ matches: [], searching: false });
      return;
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const step = (): void => {
      const all = search.goOn();
      setFound({ matches: [...search.matches], searching: !all });
      timer = all ? undefined : setTimeout(step, 0);
    };
    step();
    return () => {
      clearTimeout(timer);
    };
  }, [search, version]);
  return found;
}
