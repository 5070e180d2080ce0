import type { components } from './generated/api.js';
import { follow, type FollowedEvent, type FollowedPath, type FollowOptions } from './follow.js';
import type { Call } from './operations.js';
import { Transport } from './transport.js';

/** The types of what is sent and given, by the names of the OpenAPI document. */
export type Schemas = components['schemas'];

export interface ConnectOptions {
  /** Of the api, without a path behind it that is not Berth's. */
  readonly url: string;
  /** A user's key; without one, the browser's session counts. */
  readonly key?: string;
  /** In which of several organizations the calls act, by id or name. */
  readonly organization?: string;
  /** How long an answer that asks for patience (429) is waited for, in milliseconds; it was not carried out. */
  readonly patienceMs?: number;
  /** Of each call that says nothing else, in milliseconds. */
  readonly timeoutMs?: number;
}

/**
 * The api, typed by its OpenAPI document. Every call has a deadline. One that fails throws an ApiProblem, or Unreachable
 * where no whole answer came; one that its own signal ends throws that signal's reason.
 */
export interface Client {
  readonly get: Call<'get'>;
  readonly put: Call<'put'>;
  readonly post: Call<'post'>;
  readonly patch: Call<'patch'>;
  readonly delete: Call<'delete'>;
  /**
   * The events of a stream, from its beginning (or where `lastEventId` says) to its end. A connection that breaks is made
   * again, and goes on behind the last event that was given.
   */
  readonly follow: <P extends FollowedPath>(
    path: P,
    options: FollowOptions<P>,
  ) => AsyncGenerator<FollowedEvent<P>, void, undefined>;
}

const TIMEOUT_MS = 30_000;

/** Makes a client; nothing is sent yet. */
export function connect({ timeoutMs = TIMEOUT_MS, ...options }: ConnectOptions): Client {
  const transport = new Transport({ ...options, timeoutMs });
  return {
    get: transport.callsBy('get'),
    put: transport.callsBy('put'),
    post: transport.callsBy('post'),
    patch: transport.callsBy('patch'),
    delete: transport.callsBy('delete'),
    follow: (path, options) => follow(transport, path, options),
  };
}
