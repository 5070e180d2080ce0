import { LIST_TOPICS, MAX_LOG_OFFSET, type ListTopic } from '@berth/contracts';
import type { TaskPhase } from '@berth/domain';
import { isUuid } from '../paging.js';
import { invalidField } from '../problems/problem-error.js';

/** What a page follows. */
export type Topic =
  | { readonly kind: 'list'; readonly list: ListTopic }
  | { readonly kind: 'task'; readonly taskId: string }
  | { readonly kind: 'log'; readonly taskId: string; readonly phase: TaskPhase; readonly offset: number };

const MAX_TOPICS = 20;
const PHASES: readonly TaskPhase[] = ['plan', 'apply', 'build'];
const FORMS =
  `${LIST_TOPICS.join(', ')}, task:<id>, log:<id>:<phase> and log:<id>:<phase>:<offset>` +
  ` with a phase of ${PHASES.join(', ')}`;

/** In their order, each once. @throws ProblemError 400 */
export function parseTopics(text: string): readonly Topic[] {
  const names = [...new Set(text.split(','))];
  if (names.length > MAX_TOPICS) {
    throw invalidField('topics', `must be ${MAX_TOPICS} at the most`);
  }
  const topics = names.map((name) => {
    const topic = parseTopic(name);
    if (topic === null) {
      throw invalidField('topics', `"${name.slice(0, 100)}" is none: there are ${FORMS}`);
    }
    return topic;
  });
  const logs = topics.filter(({ kind }) => kind === 'log').map(logName);
  if (new Set(logs).size < logs.length) {
    throw invalidField('topics', 'must name each log once');
  }
  return topics;
}

function parseTopic(name: string): Topic | null {
  const list = LIST_TOPICS.find((one) => one === name);
  if (list !== undefined) {
    return { kind: 'list', list };
  }
  const [kind, taskId = '', phaseName, from, ...more] = name.split(':');
  if (!isUuid(taskId) || more.length > 0) {
    return null;
  }
  if (kind === 'task' && phaseName === undefined) {
    return { kind, taskId };
  }
  const phase = PHASES.find((one) => one === phaseName);
  const offset = from === undefined ? 0 : offsetOf(from);
  return kind !== 'log' || phase === undefined || offset === null ? null : { kind, taskId, phase, offset };
}

function offsetOf(text: string): number | null {
  const offset = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return offset <= MAX_LOG_OFFSET ? offset : null;
}

function logName(topic: Topic): string {
  return topic.kind === 'log' ? `${topic.taskId}:${topic.phase}` : '';
}

/** The tasks that these are about. */
export function tasksOf(topics: readonly Topic[]): readonly string[] {
  return [...new Set(topics.flatMap((topic) => (topic.kind === 'list' ? [] : [topic.taskId])))];
}
