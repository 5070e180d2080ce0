import type { Schemas } from '@berth/client';
import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query';
import type { Topic } from './topics.js';

type StreamEvent = Schemas['StreamEvent'];
type Page<T> = { readonly items: readonly T[]; readonly nextCursor: string | null };

/** A list whose new rows cannot be placed without asking is read anew, at most this often. */
const LIST_MS = 1_000;
const LISTS: Readonly<Record<string, readonly QueryKey[]>> = {
  tasks: [['tasks'], ['overview'], ['stats']],
  slots: [['slots'], ['stats']],
  agents: [['agents'], ['stats']],
  'dead-letters': [['dead-letters']],
};

/** Puts what the stream tells into what the pages have read. */
export function takeIn(queries: QueryClient): (event: StreamEvent, topics: readonly Topic[]) => void {
  const later = new Map<string, ReturnType<typeof setTimeout>>();
  const readAnew = (list: string): void => {
    if (!later.has(list)) {
      later.set(
        list,
        setTimeout(() => {
          later.delete(list);
          (LISTS[list] ?? []).forEach((queryKey) => void queries.invalidateQueries({ queryKey }));
        }, LIST_MS),
      );
    }
  };
  return (event, topics) => {
    switch (event.type) {
      case 'ready':
        // What changed between the page's own reading and now was told to nobody.
        topics.forEach((topic) => {
          const [list = '', id] = topic.split(':');
          if (list === 'task') {
            void queries.invalidateQueries({ queryKey: ['task', id] });
          }
          readAnew(list);
        });
        return;
      case 'reload':
        readAnew(event.topic);
        return;
      case 'task':
        queries.setQueryData(['task', event.task.id], event.task);
        replaceInLists(queries, ['tasks'], event.task);
        readAnew('tasks');
        return;
      case 'task_event':
        queries.setQueryData<Schemas['TaskEvent'][]>(['task', event.event.taskId, 'events'], (known) =>
          withEvent(known, event.event),
        );
        return;
      case 'slot':
        queries.setQueryData<Schemas['Slot'][]>(['slots'], (slots) =>
          slots?.map((slot) =>
            slot.agentId === event.slot.agentId && slot.slotId === event.slot.slotId ? event.slot : slot,
          ),
        );
        readAnew('slots');
        return;
      case 'agent':
        queries.setQueryData<Schemas['Agent'][]>(['agents'], (agents) =>
          agents?.map((agent) => (agent.id === event.agent.id ? event.agent : agent)),
        );
        readAnew('agents');
        return;
      case 'dead_letter':
      case 'dead_letter_gone':
        readAnew('dead-letters');
        return;
      case 'log':
      case 'log_end':
    }
  };
}

/** Lines of a timeline by their place, each once. */
function withEvent(
  known: Schemas['TaskEvent'][] | undefined,
  event: Schemas['TaskEvent'],
): Schemas['TaskEvent'][] | undefined {
  if (known === undefined || known.some(({ id }) => id === event.id)) {
    return known;
  }
  return [...known, event];
}

function replaceInLists<T extends { readonly id: string }>(
  queries: QueryClient,
  queryKey: QueryKey,
  item: T,
): void {
  const replaced = (page: Page<T>): Page<T> => ({
    ...page,
    items: page.items.map((each) => (each.id === item.id ? item : each)),
  });
  queries.setQueriesData<InfiniteData<Page<T>>>({ queryKey }, (data) =>
    data === undefined || !('pages' in data) ? data : { ...data, pages: data.pages.map(replaced) },
  );
}
