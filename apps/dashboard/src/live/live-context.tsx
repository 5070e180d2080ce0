import { createContext, use, useEffect, useSyncExternalStore } from 'react';
import type { Connection, Live } from './live.js';
import type { Topic } from './topics.js';

const Present = createContext<Live | null>(null);
export const LiveProvider = Present.Provider;

export function useLive(): Live {
  const live = use(Present);
  if (live === null) {
    throw new Error('there is no stream above this component');
  }
  return live;
}

/** Has the page told of these for as long as the component is there; null: of nothing for now. */
export function useTopic(...topics: readonly (Topic | null)[]): void {
  const live = useLive();
  const names = topics.join(' ');
  useEffect(() => {
    const watched = names.split(' ').filter((name) => name !== '') as Topic[];
    const ends = watched.map((topic) => live.topics.watch(topic));
    return () => {
      ends.forEach((end) => {
        end();
      });
    };
  }, [live, names]);
}

export function useConnection(): Connection {
  const live = useLive();
  return useSyncExternalStore(live.listen, live.state);
}
