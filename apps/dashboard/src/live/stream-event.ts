import type { Schemas } from '@berth/client';
import type { LogPhase } from './topics.js';

export type StreamEvent =
  | { readonly type: 'ready' }
  | { readonly type: 'reload'; readonly topic: string }
  | { readonly type: 'task'; readonly task: Schemas['Task'] }
  | { readonly type: 'task_event'; readonly event: Schemas['TaskEvent'] }
  | {
      readonly type: 'log';
      readonly taskId: string;
      readonly phase: LogPhase;
      readonly offset: number;
      readonly text: string;
    }
  | { readonly type: 'log_end'; readonly taskId: string; readonly phase: LogPhase }
  | { readonly type: 'slot'; readonly slot: Schemas['Slot'] }
  | { readonly type: 'agent'; readonly agent: Schemas['Agent'] }
  | { readonly type: 'dead_letter'; readonly deadLetter: Schemas['DeadLetter'] }
  | { readonly type: 'dead_letter_gone'; readonly id: string };
