import { z } from 'zod';
import { Agent, Slot } from './agents.js';
import { DeadLetter } from './dead-letters.js';
import { id } from './fields.js';
import { Task, TaskEvent, TaskPhaseField } from './tasks.js';

/** Topics that are lists: what of them cannot be told one by one is fetched anew. */
export const LIST_TOPICS = ['tasks', 'slots', 'agents', 'dead-letters'] as const;
export type ListTopic = (typeof LIST_TOPICS)[number];

export const StreamReady = z.object({ type: z.literal('ready') });
export const StreamReload = z.object({ type: z.literal('reload'), topic: z.enum(LIST_TOPICS) });
export const StreamTask = z.object({ type: z.literal('task'), task: Task });
export const StreamTaskEvent = z.object({ type: z.literal('task_event'), event: TaskEvent });
export const StreamLog = z.object({
  type: z.literal('log'),
  taskId: id,
  phase: TaskPhaseField,
  /** Where the text begins, in bytes. */
  offset: z.int(),
  /** Where it ends: bytes that are no UTF-8 stand in it as U+FFFD, which has another length. */
  nextOffset: z.int(),
  text: z.string(),
});
export const StreamLogEnd = z.object({ type: z.literal('log_end'), taskId: id, phase: TaskPhaseField });
export const StreamSlot = z.object({ type: z.literal('slot'), slot: Slot });
export const StreamAgent = z.object({ type: z.literal('agent'), agent: Agent });
export const StreamDeadLetter = z.object({ type: z.literal('dead_letter'), deadLetter: DeadLetter });
export const StreamDeadLetterGone = z.object({ type: z.literal('dead_letter_gone'), id });

/** What a page that is open is told; the name of the event is the type. */
export const StreamEvent = z.discriminatedUnion('type', [
  /** Once for each connection: from here on everything is told. Lists are read behind it. */
  StreamReady,
  /** Something of a list was missed: it has to be read anew. */
  StreamReload,
  /** A task was made, or is another one than before. */
  StreamTask,
  /** A line of a timeline, from its beginning on. */
  StreamTaskEvent,
  StreamLog,
  /** That phase's log is over for good. */
  StreamLogEnd,
  StreamSlot,
  StreamAgent,
  /** One that is open. */
  StreamDeadLetter,
  /** It is open no more. */
  StreamDeadLetterGone,
]);
export type StreamEvent = z.infer<typeof StreamEvent>;
