import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutHashes } from '../../terraform/providers/lock-file.js';
import type { RunContext } from './run-context.js';
import { workingDirectory } from './slot-preparation.js';
import type { SlotTerraform } from './slot-terraform.js';

export const LOCK_FILE = '.terraform.lock.hcl';

/** An apply in another slot begins with the very file that the plan was made with. */
export async function restoreLockFile(context: RunContext): Promise<void> {
  const lockFile = context.run.assignment.plan?.lockFile ?? null;
  if (lockFile !== null) {
    await writeFile(lockPath(context), lockFile);
  }
}

/**
 * A configuration without a lock file gets that of its workspace's last plan: the same providers as before, and from
 * the store, because their hashes are known. False where it has its own, or there is none.
 */
export async function useKeptLockFile(context: RunContext): Promise<boolean> {
  const { assignment } = context.run;
  if (assignment.keptLockFile === null) {
    return false;
  }
  try {
    await writeFile(lockPath(context), assignment.keptLockFile, {
      flag: 'wx',
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/** So that init chooses anew. */
export async function dropLockFile(context: RunContext): Promise<void> {
  await rm(lockPath(context), { force: true });
}

/** The dependency lock file as init has left it, and whether terraform is handed one without hashes instead. */
export interface PlannedLock {
  readonly lockFile: string | null;
  readonly withoutHashes: boolean;
}

/**
 * Where the agent's settings say that its store of providers is trusted, and all packages are the store's, terraform gets
 * a lock file without their hashes: it would read every package again at each command, seconds for a large one.
 * @throws TaskFailure where a package of the store was changed
 */
export async function lockForPlan(context: RunContext, terraform: SlotTerraform): Promise<PlannedLock> {
  const { env, log } = context;
  const path = lockPath(context);
  const lockFile = await readFile(path, 'utf8').catch(() => null);
  const { providers } = terraform;
  if (!env.BERTH_TRUST_PROVIDER_STORE || lockFile === null || !(await providers.allOfStore())) {
    return { lockFile, withoutHashes: false };
  }
  await providers.checkIntact();
  await writeFile(path, withoutHashes(lockFile));
  log.text.line('the providers are the store’s, verified and unchanged: terraform does not read them again');
  return { lockFile, withoutHashes: true };
}

/** A plan that was made with a lock file without hashes is applied with that very file. */
export async function lockForApply(context: RunContext): Promise<void> {
  const { plan } = context.run.assignment;
  if (plan?.lockWithoutHashes === true && plan.lockFile !== null) {
    await writeFile(lockPath(context), withoutHashes(plan.lockFile));
  }
}

function lockPath({ slot, run }: RunContext): string {
  return join(workingDirectory(slot, run.assignment), LOCK_FILE);
}
