import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AssignedSource, StoredConfiguration } from '@berth/contracts';
import { ApiError } from '../../api/api-error.js';
import { TaskFailure } from '../../failures/task-failure.js';
import { cloneSource } from '../../git/clone-source.js';
import { packSource } from '../../git/pack-source.js';
import type { RunContext } from './run-context.js';

/**
 * The task's stored configuration. At the task's first plan it is fetched from its git source and stored, so that
 * every later attempt and the apply run the same commit and need no git.
 * @throws TaskFailure, ApiError, or the reason of the run's signal
 */
export async function storedConfiguration(context: RunContext): Promise<StoredConfiguration> {
  const { configuration, source } = context.run.assignment;
  if (configuration !== null) {
    return configuration;
  }
  if (source === null) {
    throw TaskFailure.permanent(
      'NO_CONFIGURATION',
      'The task came with neither a configuration nor its source.',
    );
  }
  return context.log.step('fetch_source', `Fetching ${titleOf(source)}`, async () =>
    fetchSource(context, source),
  );
}

async function fetchSource(
  { run, slot, api, env, isolation, limits, allowed, log }: RunContext,
  source: AssignedSource,
): Promise<StoredConfiguration> {
  const { taskId, attempt, signal } = run;
  const scratch = join(slot.tmp, 'source');
  try {
    const { commit, subject, directory } = await cloneSource({
      source,
      scratch,
      signal,
      isolation,
      user: slot.user,
      limits,
      agentEnv: process.env,
      passThrough: env.BERTH_PASS_THROUGH,
      allowed,
      timeoutMs: env.BERTH_GIT_TIMEOUT_SECONDS * 1_000,
    });
    log.text.line(`commit ${commit.slice(0, 12)}: ${subject}`);
    const { content, files } = await packSource({ directory, signal, maxBytes: source.maxBytes });
    log.text.line(`Storing ${files} files (${(content.length / 1_000).toFixed(1)} kB) for this task.`);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return await api.storeConfiguration(taskId, attempt, { commit, content, sha256 });
  } catch (error) {
    throw error instanceof ApiError && error.code.startsWith('ARCHIVE_')
      ? TaskFailure.permanent(error.code, `${titleOf(source)}: ${error.detail}`, { cause: error })
      : error;
  } finally {
    // The slot may wait for a person for a day.
    await rm(scratch, { recursive: true, force: true });
  }
}

function titleOf({ url, branch, path }: AssignedSource): string {
  const where = path === '' ? '' : `, path ${path}`;
  return `${url}, ${branch === null ? 'the default branch' : `branch ${branch}`}${where}`;
}
