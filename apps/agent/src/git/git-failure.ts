import { TaskFailure } from '../failures/task-failure.js';
import { GIT_FAILURE_RULES } from './git-failure-rules.js';

/** A git command that did not succeed, as far as it told. */
export interface FailedGit {
  /** What was tried, as in `git clone of https://…`. */
  readonly what: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

const MAX_SAID = 1_000;

/** Gives a failure of git its code and class; what nobody knows is transient, because a limited retry is cheap. */
export function gitFailure({ what, stderr, exitCode }: FailedGit): TaskFailure {
  const rule = GIT_FAILURE_RULES.find(({ said }) => said.test(stderr));
  const end = exitCode === null ? 'was killed' : `ended with exit code ${exitCode}`;
  const words = wordsOf(stderr);
  const message = `${what} ${words === '' ? `${end}.` : `failed: ${/[.!?]$/.test(words) ? words : `${words}.`}`}`;
  return TaskFailure.of({
    code: rule?.code ?? 'GIT_FAILED',
    class: rule?.class ?? 'transient',
    message: `${message} ${rule?.advice ?? 'The task is tried again.'}`,
  });
}

/** What counts of its output: the host's own words, and git's last ones. */
function wordsOf(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) => /^(remote|fatal|error|ssh): ./.test(line));
  const text = (telling.length > 0 ? telling : lines).join(' ').replace(/\s+/g, ' ').trim();
  return text.length > MAX_SAID ? `…${text.slice(-MAX_SAID)}` : text;
}
