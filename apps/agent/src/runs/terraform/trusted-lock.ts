import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutHashes } from '../../terraform/providers/lock-file.js';
import type { RunContext } from './run-context.js';
import { LOCK_FILE, workingDirectory } from './slot-preparation.js';
import type { TerraformSteps } from './terraform-steps.js';

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
export async function lockForPlan(context: RunContext, terraform: TerraformSteps): Promise<PlannedLock> {
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
