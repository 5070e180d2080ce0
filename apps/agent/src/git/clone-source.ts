import { mkdir, realpath, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, sep } from 'node:path';
import type { AssignedSource } from '@berth/contracts';
import type { AllowedAddresses } from '../addresses/allowed-addresses.js';
import { TaskFailure } from '../failures/task-failure.js';
import type { Confinement, Isolation, RunLimits } from '../processes/isolation/isolation.js';
import { asItIs } from '../processes/isolation/reach.js';
import type { RunUser } from '../processes/isolation/run-user.js';
import { gitEnvironment, secretsOf } from './git-environment.js';
import { runGit, type GitCommand } from './git-process.js';
import { wayToHost, type WayToHost } from './way-to-host.js';

export interface CloneOptions {
  readonly source: Pick<AssignedSource, 'url' | 'branch' | 'path' | 'token'>;
  /** Holds all of it; the caller removes it. */
  readonly scratch: string;
  readonly isolation: Isolation;
  /** Of the slot; null for the agent's. */
  readonly user: RunUser | null;
  readonly limits: RunLimits;
  readonly agentEnv: Readonly<Record<string, string | undefined>>;
  readonly passThrough: readonly string[];
  readonly allowed: AllowedAddresses;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface ClonedSource {
  readonly commit: string;
  readonly subject: string;
  /** What the source's path names, checked out. */
  readonly directory: string;
}

const MAX_SUBJECT = 200;

/** Checks out the newest commit of the branch, without its history. @throws TaskFailure, or the signal's reason */
export async function cloneSource(options: CloneOptions): Promise<ClonedSource> {
  const { source, scratch, allowed } = options;
  const repository = join(scratch, 'repository');
  const way = await wayToHost(source.url, allowed);
  try {
    const git = await gitOf(options, way);
    await clone(git, options, way);
    const head = await runGit({
      ...git,
      cwd: repository,
      what: `git log of ${source.url}`,
      args: ['log', '-1', '--no-show-signature', '--no-color', '--format=%H %s'],
    });
    return { ...commitOf(head), directory: await directoryIn(repository, source) };
  } finally {
    await way.close();
  }
}

type Git = Omit<GitCommand, 'args' | 'what'>;

async function gitOf(options: CloneOptions, way: WayToHost): Promise<Git> {
  const { source, scratch, signal, timeoutMs, agentEnv, passThrough } = options;
  const { url, token } = source;
  const home = join(scratch, 'home');
  await mkdir(home, { recursive: true, mode: 0o700 });
  return {
    cwd: scratch,
    env: gitEnvironment({ agentEnv, passThrough, home, url, token, way }),
    confinement: await confinementOf(options),
    signal,
    timeoutMs,
    secrets: [...secretsOf(token), ...way.secrets],
  };
}

async function clone(git: Git, { source, scratch, signal }: CloneOptions, way: WayToHost): Promise<void> {
  const { url, branch } = source;
  const what = `git clone of ${url}`;
  const args = [
    'clone',
    '--quiet',
    '--depth=1',
    '--single-branch',
    '--no-tags',
    '--no-recurse-submodules',
    '--template=',
    ...(branch === null ? [] : [`--branch=${branch}`]),
    '--',
    url,
    join(scratch, 'repository'),
  ];
  try {
    await runGit({ ...git, what, args });
  } catch (error) {
    signal.throwIfAborted();
    throw way.failure(what) ?? error;
  }
}

/** What git speaks http or https to needs no key of ours. */
const BY_HTTP = /^https?:\/\//i;

/**
 * ssh looks for the agent's keys in the home that its user has, whatever HOME says, and nobody else may read them: so it is
 * that user who fetches by ssh.
 */
async function confinementOf({
  source,
  scratch,
  isolation,
  user,
  limits,
}: CloneOptions): Promise<Confinement> {
  const tmp = join(scratch, 'tmp');
  await mkdir(tmp, { recursive: true, mode: 0o700 });
  const bySsh = !BY_HTTP.test(source.url);
  const reads = bySsh ? [asItIs(join(userInfo().homedir, '.ssh'))] : [];
  const reach = { writes: [asItIs(scratch)], reads, lent: [], tmp };
  return { isolation, reach, user: bySsh ? null : user, limits };
}

function commitOf(head: string): Omit<ClonedSource, 'directory'> {
  const [, commit, subject = ''] = /^([0-9a-f]+) (.*)/.exec(head) ?? [];
  if (commit === undefined) {
    throw TaskFailure.transient('GIT_FAILED', `git log told no commit: ${head.slice(0, MAX_SUBJECT)}`);
  }
  return {
    commit,
    // eslint-disable-next-line no-control-regex -- a subject may hold what moves a terminal's cursor
    subject: subject.replace(/[\x00-\x1f\x7f]/g, ' ').slice(0, MAX_SUBJECT),
  };
}

/** The path may be a link; it has to lead to a directory of the repository all the same. */
async function directoryIn(
  repository: string,
  { url, branch, path }: CloneOptions['source'],
): Promise<string> {
  const root = await realpath(repository);
  const directory = await realpath(join(root, path)).catch(() => null);
  const isInside =
    directory !== null &&
    (directory === root || directory.startsWith(root + sep)) &&
    !directory.slice(root.length).split(sep).includes('.git');
  if (!isInside || !(await stat(directory)).isDirectory()) {
    const where = branch === null ? url : `branch ${branch} of ${url}`;
    throw TaskFailure.permanent(
      'GIT_PATH_MISSING',
      `There is no directory "${path}" in ${where}: correct the path of the workspace's git source.`,
    );
  }
  return directory;
}
