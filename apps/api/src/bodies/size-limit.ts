import { ProblemError } from '../problems/problem-error.js';

/** How much of something the api takes. */
export interface SizeLimit {
  /** In messages: `a source`. */
  readonly what: string;
  readonly maxMb: number;
  /** The environment variable that says so; absent where the limit is fixed. */
  readonly setting?: string;
}

/** Names the setting and its present value: whoever runs the api can change it. */
export function tooLarge({ what, maxMb, setting }: SizeLimit): ProblemError {
  const why = setting === undefined ? 'a fixed limit' : `${setting} of the api is ${maxMb}`;
  const size = maxMb < 1 ? `${maxMb * 1024} KB` : `${maxMb} MB`;
  return new ProblemError(413, 'BODY_TOO_LARGE', `${what} may have ${size} at the most (${why})`);
}
