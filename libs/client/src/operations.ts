import type { ParamsOption } from 'openapi-fetch';
import type { paths } from './generated/api.js';

export type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';

/** The paths that have this method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];

type Operation<P extends keyof paths, M extends Method> = paths[P][M];

/** What a call is given beside what the document says of it. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** From the call to the last byte of its answer. */
  readonly timeoutMs?: number;
}

type Init<P extends keyof paths, M extends Method> = ParamsOption<Operation<P, M>> &
  BodyOption<Operation<P, M>> &
  CallOptions;

type BodyOption<O> = O extends { requestBody: { content: infer C } } ? { readonly body: C[keyof C] } : object;

/** What follows the path: left out where nothing of it must be given. */
export type CallArguments<P extends keyof paths, M extends Method> =
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- whether it fits is whether all is optional
  {} extends Init<P, M> ? [init?: Init<P, M>] : [init: Init<P, M>];

/** What an answer is read from; streams of events are followed. */
type AnswerMedia = Exclude<AllMedia<paths[keyof paths]>, 'text/event-stream'>;
type AllMedia<Item> = Item extends object
  ? { [M in keyof Item]: MediaOf<Item[M]> }[keyof Item & Method]
  : never;
type MediaOf<O> = O extends { responses: infer R } ? KeysOfContent<R[keyof R & Success]> : never;
type KeysOfContent<A> = A extends { content: infer C } ? keyof C : never;
type Success = 200 | 201 | 204;

type ContentOf<A> = A extends { content: infer C } ? C[keyof C & AnswerMedia] : undefined;

/** What a call is answered with: JSON as the document describes it, text as a string, other bytes as a Blob. */
export type AnswerOf<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer R } ? ContentOf<R[keyof R & Success]> : never;

/** One method of the client. */
export type Call<M extends Method> = <P extends PathOf<M>>(
  path: P,
  ...init: CallArguments<P, M>
) => Promise<AnswerOf<P, M>>;
