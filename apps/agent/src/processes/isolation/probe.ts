import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { killGroup } from '../process-group.js';
import { closeTo } from './hand-over.js';
import type { Isolation, RunLimits } from './isolation.js';
import { asItIs } from './reach.js';
import { NO_SLOT } from './run-users.js';
import { startRun } from './start-run.js';

const PROBE_MS = 10_000;
/**
 * What a run has to be able to do, and what none may do with a file that the agent alone may read; a level that has no such
 * file in sight passes as well. The path is that of the work directory: whoever was started there has not come by it.
 */
const TRIES = `
if ! cd "$0" 2>/dev/null; then echo "a folder above $0 lets nobody else pass (it takes mode 0711 or more)" >&2; exit 1; fi
if cat ../closed >/dev/null 2>&1; then echo "a run could read what is the agent's" >&2; exit 1; fi
if ln ../closed mine 2>/dev/null; then echo 'a run could make links to files of others (fs.protected_hardlinks is 0)' >&2; exit 1; fi
: > made`;

/**
 * Tries a level by a program that is started with the very arguments of a run, in a folder below this one.
 * @returns what was said of it where it is not to be had; null where it has run
 */
export async function whyNot(
  isolation: Isolation,
  scratch: string,
  limits: RunLimits,
): Promise<string | null> {
  const folder = await mkdtemp(join(scratch, '.probe-'));
  try {
    const [work, tmp] = [join(folder, 'work'), join(folder, 'tmp')];
    await Promise.all([work, tmp].map(async (path) => mkdir(path, { mode: 0o700 })));
    await writeFile(join(folder, 'closed'), 'x', { mode: 0o600 });
    return await run(isolation, { folder, work, tmp, limits });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Places {
  readonly folder: string;
  readonly work: string;
  readonly tmp: string;
  readonly limits: RunLimits;
}

async function run(isolation: Isolation, { folder, work, tmp, limits }: Places): Promise<string | null> {
  // Not that of a slot, in which an apply may go on that an earlier process of the agent has begun.
  const user = isolation.userOf(NO_SLOT);
  if (user !== null) {
    await closeTo(user, folder);
  }
  const started = await startRun(
    { file: '/bin/sh', args: ['-c', TRIES, work], cwd: work, env: { PATH: '/usr/bin:/bin' } },
    { isolation, reach: { writes: [asItIs(work)], reads: [], lent: [], tmp }, user, limits },
    { outlives: false, isInit: true },
  );
  if ('notStarted' in started) {
    return `it cannot be started: ${String(started.notStarted)}`;
  }
  const said = text(started.stderr);
  const timer = setTimeout(() => killGroup(started.pid), PROBE_MS);
  const { exitCode } = await started.exited.finally(() => {
    clearTimeout(timer);
  });
  await started.over();
  await started.closed;
  return exitCode === 0 ? null : (said().split('\n')[0] ?? '') || `it ended with ${String(exitCode)}`;
}

function text(stream: Readable | null): () => string {
  let all = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    all += chunk;
  });
  return () => all;
}
