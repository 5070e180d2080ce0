import type { HeartbeatAnswer } from '@berth/contracts';
import type { Snapshot } from './snapshot.js';

/** What the heartbeat thread gets as its `workerData`. */
export interface ThreadSettings {
  readonly amqpUrl: string;
  readonly waitMs: number;
  readonly logLevel: string;
}

/** What the main thread says to the heartbeat thread. */
export type ToThread =
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
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
  /** Null where the thread's connection to the broker is well. */
  | { readonly kind: 'connection'; readonly problem: string | null }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly fields: object; readonly text: string };
