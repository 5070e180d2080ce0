import type { Effect } from './effects.js';

/** A task as the database has it at the end. */
export interface EndedTask {
  readonly id: string;
  readonly workspaceId: string;
  readonly operation: string;
  readonly status: string;
  readonly message: string | null;
  readonly errorCode: string | null;
  readonly retries: number;
  readonly maxRetries: number;
  readonly changes: { readonly add: number; readonly change: number; readonly destroy: number } | null;
  readonly isFinal: boolean;
}

/** A line of a task's timeline. */
export interface TaskMove {
  readonly taskId: string;
  readonly toStatus: string | null;
  readonly attempt: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Evidence {
  /** Each creation that the api has confirmed: the task, and what the user named it. */
  readonly promised: readonly { readonly taskId: string; readonly message: string }[];
  readonly tasks: readonly EndedTask[];
  readonly moves: readonly TaskMove[];
  readonly effects: readonly Effect[];
  /** Slots that hold a task that is over, or that wait for nobody. */
  readonly strandedSlots: readonly string[];
  /** What runs have started and nobody has ended. */
  readonly leftProcesses: readonly string[];
}

/** The promises, in the order of the report. Each must be 0. */
export const RULES = {
  lost: 'lost',
  createdTwice: 'created twice',
  startedTwice: 'started twice within an attempt',
  staleEffect: 'effects of a stale attempt',
  appliedTwice: 'applied twice',
  neverApplied: 'succeeded and never applied',
  failedWithoutCause: 'failed without a cause of its own',
  stuck: 'stuck',
  strandedSlot: 'slots left behind',
  leftProcess: 'processes left behind',
} as const;
export type Rule = keyof typeof RULES;

export interface Violation {
  readonly rule: Rule;
  readonly what: string;
}

/** Judges a run by what the system says and by what has happened. */
export function check(evidence: Evidence): Violation[] {
  return [
    ...lost(evidence),
    ...createdTwice(evidence),
    ...startedTwice(evidence),
    ...staleEffects(evidence),
    ...appliedTwice(evidence),
    ...neverApplied(evidence),
    ...failedWithoutCause(evidence),
    ...stuck(evidence),
    ...evidence.strandedSlots.map((what) => ({ rule: 'strandedSlot' as const, what })),
    ...evidence.leftProcesses.map((what) => ({ rule: 'leftProcess' as const, what })),
  ];
}

function lost({ promised, tasks }: Evidence): Violation[] {
  const known = new Set(tasks.map(({ id }) => id));
  return promised
    .filter(({ taskId }) => !known.has(taskId))
    .map(({ taskId }) => ({ rule: 'lost', what: `task ${taskId} was promised and is not there` }));
}

function createdTwice({ tasks }: Evidence): Violation[] {
  return repeated(tasks.filter(({ message }) => message !== null).map(({ message }) => String(message))).map(
    ([message, times]) => ({ rule: 'createdTwice', what: `${times} tasks of the one request ${message}` }),
  );
}

function startedTwice({ effects }: Evidence): Violation[] {
  const starts = effects.filter(({ kind }) => kind !== 'changed');
  return repeated(
    starts.map(({ kind, taskId, attempt }) => `${kind} of task ${taskId}, attempt ${attempt}`),
  ).map(([what, times]) => ({ rule: 'startedTwice', what: `${what}: ${times} times` }));
}

/**
 * A change must be made by an attempt that was given the apply, and before another attempt of its workspace began to
 * write. An apply that its agent lost may still change something, as long as nobody has taken over.
 */
function staleEffects({ effects, moves, tasks }: Evidence): Violation[] {
  const writers = new Map(
    tasks.filter(({ operation }) => operation !== 'plan').map(({ id, workspaceId }) => [id, workspaceId]),
  );
  const begun = moves.filter(
    ({ taskId, toStatus }) => writers.has(taskId) && (toStatus === 'planning' || toStatus === 'applying'),
  );
  return effects
    .filter(({ kind }) => kind === 'changed')
    .flatMap((effect) => {
      const what = `task ${effect.taskId}, attempt ${effect.attempt}`;
      const own = begun.find(
        (move) =>
          move.taskId === effect.taskId && move.attempt === effect.attempt && move.toStatus === 'applying',
      );
      if (own === undefined) {
        return [
          { rule: 'staleEffect' as const, what: `${what} changed something and was never given the apply` },
        ];
      }
      const other = begun.find(
        (move) =>
          writers.get(move.taskId) === writers.get(effect.taskId) &&
          (move.taskId !== effect.taskId || move.attempt !== effect.attempt) &&
          move.at > own.at &&
          move.at < effect.at,
      );
      return other === undefined
        ? []
        : [
            {
              rule: 'staleEffect' as const,
              what: `${what} changed something after task ${other.taskId}, attempt ${other.attempt}, had begun`,
            },
          ];
    });
}

function appliedTwice({ effects }: Evidence): Violation[] {
  const changed = effects.filter(({ kind }) => kind === 'changed').map(({ taskId }) => taskId);
  return repeated(changed).map(([taskId, times]) => ({
    rule: 'appliedTwice',
    what: `task ${taskId}: ${times} times`,
  }));
}

function neverApplied({ tasks, effects }: Evidence): Violation[] {
  const changed = new Set(effects.filter(({ kind }) => kind === 'changed').map(({ taskId }) => taskId));
  return tasks
    .filter(
      ({ id, status, operation, changes }) =>
        status === 'succeeded' &&
        (operation === 'plan_and_apply' || operation === 'apply') &&
        (changes?.add ?? 0) > 0 &&
        !changed.has(id),
    )
    .map(({ id }) => ({ rule: 'neverApplied', what: `task ${id}` }));
}

/** Of an apply whose agent was lost, or had to stop, in the middle of it: a person has to judge. */
export const OF_AN_AGENT_GONE: readonly (string | null)[] = [
  'AGENT_LOST_DURING_APPLY',
  'AGENT_STOPPED_DURING_APPLY',
];

/** An agent that is gone says so, and so do retries that have run out. */
function failedWithoutCause({ tasks }: Evidence): Violation[] {
  return tasks
    .filter(
      ({ status, errorCode, retries, maxRetries }) =>
        status === 'failed' && !OF_AN_AGENT_GONE.includes(errorCode) && retries < maxRetries,
    )
    .map(({ id, errorCode }) => ({ rule: 'failedWithoutCause', what: `task ${id}: ${String(errorCode)}` }));
}

function stuck({ tasks }: Evidence): Violation[] {
  return tasks
    .filter(({ isFinal }) => !isFinal)
    .map(({ id, status }) => ({ rule: 'stuck', what: `task ${id} is still ${status}` }));
}

function repeated(names: readonly string[]): [name: string, times: number][] {
  const times = new Map<string, number>();
  for (const name of names) {
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  return [...times].filter(([, count]) => count > 1);
}
