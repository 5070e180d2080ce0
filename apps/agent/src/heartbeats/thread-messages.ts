import type { HeartbeatAnswer } from '@berth/contracts';
import type { Speaker } from '../session/voice.js';
import type { Snapshot } from './snapshot.js';

/** What the heartbeat thread gets as its `workerData`. */
export interface ThreadSettings {
  readonly amqpUrl: string;
  readonly waitMs: number;
  readonly logLevel: string;
  /** As whom it begins to speak. */
  readonly speaker: Speaker | undefined;
}

/** What the main thread says to the heartbeat thread. */
export type ToThread =
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  /** A new session has begun. */
  | { readonly kind: 'speaker'; readonly speaker: Speaker }
  /** A heartbeat at once. */
  | { readonly kind: 'beat' }
  | { readonly kind: 'stop' };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What the heartbeat thread says to the main thread. */
export type FromThread =
  /** A heartbeat is due and should say what is true now. */
  | { readonly kind: 'due' }
  | {
      readonly kind: 'answer';
      /** Of the snapshot that was sent. */
      readonly number: number;
      readonly answer: HeartbeatAnswer;
      readonly seconds: number;
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly nextInMs: number }
  /** The broker takes this user no more, or lacks what the thread needs. */
  | { readonly kind: 'shut'; readonly username: string }
  /** Null where the thread's connection to the broker is well. */
  | { readonly kind: 'connection'; readonly problem: string | null }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly fields: object; readonly text: string };
