import type { StateTarget } from './relay.js';

/** Whose state somebody asks for, and who may ask. */
export interface DoorEntry extends StateTarget {
  /** Nobody guesses it: 128 bits. */
  readonly path: string;
  /** Terraform's, whose own connections are let in; null while none runs. */
  readonly pid: number | null;
  /** Whether the agent has something to do before terraform gets the state. */
  readonly asksBeforeRead: boolean;
}

/** What the agent says to its door. */
export type ToDoor =
  /** From now on; the same path again has another process, or none. */
  | { readonly kind: 'admit'; readonly entry: DoorEntry }
  | { readonly kind: 'remove'; readonly path: string }
  /** What was to be done before a read is done. */
  | { readonly kind: 'read'; readonly request: number };

/** What the door says to its agent. */
export type FromDoor =
  | { readonly kind: 'open'; readonly port: number }
  /** Another process of the run has knocked; said once. */
  | { readonly kind: 'refused'; readonly path: string }
  | { readonly kind: 'before_read'; readonly path: string; readonly request: number }
  | { readonly kind: 'log'; readonly text: string };
