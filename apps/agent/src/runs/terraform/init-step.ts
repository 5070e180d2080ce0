import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SkippableStep } from '@berth/contracts';
import { TaskFailure } from '../../failures/task-failure.js';
import { initDigest } from '../../terraform/inits/init-digest.js';
import { SavedInits } from '../../terraform/inits/saved-inits.js';
import type { InitReason } from '../reporting/run-metrics.js';
import { dropLockFile, LOCK_FILE } from './lock-file.js';
import type { RunContext } from './run-context.js';
import { workingDirectory } from './slot-preparation.js';
import { variablesOf, type SlotTerraform } from './slot-terraform.js';

export interface InitOptions {
  /** The lock file is that of the workspace's last plan: it may not fit the configuration any more. */
  readonly keptLockFile: boolean;
  /** An apply outside of its plan's slot trusts nothing that was left by others. */
  readonly mayReuse: boolean;
  /** Its modules are those of the plan, and lie there already: init fetches none. */
  readonly modulesRestored?: boolean;
  /** Why this run needs an init at all. */
  readonly reason: string;
  /** The same, for counting. */
  readonly code: InitReason;
}

/** The code of a run that found its work directory not initialised after all. */
const INIT_REQUIRED = 'TERRAFORM_INIT_REQUIRED';

/** Makes a slot's work directory ready: as an equal init on this agent has left it, or by an init of its own. */
export class InitStep {
  private readonly saved: SavedInits;
  private digest: string | null = null;
  private lockFile: string | null = null;
  private skipped = false;

  constructor(
    private readonly context: RunContext,
    private readonly terraform: SlotTerraform,
    private readonly options: InitOptions,
  ) {
    const { env, identity } = context;
    this.saved = new SavedInits({
      directory: join(identity.home, 'inits'),
      remoteModulesMs: env.BERTH_REMOTE_MODULE_REUSE_SECONDS * 1_000,
    });
  }

  /** @throws TaskFailure, or the reason of the run's signal */
  async run(): Promise<void> {
    const { log, run } = this.context;
    await log.step('init', `${run.assignment.engine} init`, async () => {
      if (this.options.modulesRestored !== true) {
        // A link in it that a configuration brought along would be written through.
        await rm(join(this.directory, '.terraform'), { recursive: true, force: true });
      }
      if (this.options.keptLockFile) {
        log.text.line('using the dependency lock file of the last plan, because the configuration has none');
      }
      this.digest = await this.digestNow();
      this.skipped =
        this.options.mayReuse &&
        this.digest !== null &&
        (await this.saved.restore(this.digest, this.directory, this.terraform.providers));
      if (this.skipped) {
        log.text.line(
          `same configuration, lock file, backend and engine as an init on this agent (digest ${String(this.digest).slice(0, 12)}): taking that, skipping init`,
        );
        this.context.metrics.reusedInit();
      } else {
        this.context.metrics.init(this.options.code);
        await this.initialise();
      }
    });
    this.lockFile = await readFile(this.lockPath, 'utf8').catch(() => null);
    this.note();
  }

  /** Does what needs an initialised work directory; where a reused init was not enough, once more after a real one. */
  async around<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const isRequired = error instanceof TaskFailure && error.code === INIT_REQUIRED;
      if (!this.skipped || !isRequired) {
        throw error;
      }
      const { log, run } = this.context;
      log.text.line(`\nthe reused init was not enough: ${error.message}`);
      await log.step('init', `${run.assignment.engine} init`, async () => {
        if (this.digest !== null) {
          await this.saved.forget(this.digest);
        }
        // The work may have changed it, and init must verify what it installs.
        if (this.lockFile !== null) {
          await writeFile(this.lockPath, this.lockFile);
        }
        this.context.metrics.init('REUSE_NOT_ENOUGH');
        await this.initialise();
      });
      this.skipped = false;
      this.note();
      return work();
    }
  }

  private get directory(): string {
    return workingDirectory(this.context.slot, this.context.run.assignment);
  }

  private get lockPath(): string {
    return join(this.directory, LOCK_FILE);
  }

  private async initialise(): Promise<void> {
    await this.initOnce();
    const after = await this.digestNow();
    const digests = [this.digest, after].filter((digest) => digest !== null);
    await this.saved.save(digests, this.directory, this.terraform.providers).catch((error: unknown) => {
      this.context.log.text.line(`this init could not be kept for other slots: ${String(error)}`);
    });
  }

  private async initOnce(): Promise<void> {
    const { run, log } = this.context;
    if (!this.options.keptLockFile) {
      await this.init();
      return;
    }
    try {
      await this.init();
    } catch (error) {
      if (!(error instanceof TaskFailure) || run.signal.aborted) {
        throw error;
      }
      log.text.line('\ninit did not succeed with the lock file of the last plan: once more without it');
      await dropLockFile(this.context);
      await this.init();
    }
  }

  private async init(): Promise<void> {
    const { terraform, context } = this;
    const isRestored = this.options.modulesRestored === true;
    const options = isRestored ? ['-get=false'] : [];
    const args = ['init', '-input=false', '-no-color', ...options, ...terraform.variableArguments];
    await terraform.override.write();
    try {
      await terraform.providers.around(
        async () =>
          terraform.command('init', args, {
            json: false,
            timeoutSeconds: context.env.BERTH_PLAN_TIMEOUT_SECONDS,
          }),
        isRestored ? ['modules'] : [],
      );
    } finally {
      await terraform.override.remove();
    }
  }

  private async digestNow(): Promise<string | null> {
    const { slot, run } = this.context;
    const { binary, lastingEnv } = this.terraform;
    return initDigest({
      engine: run.assignment.engine,
      binary,
      work: slot.work,
      workingDirectory: run.assignment.workspace.workingDirectory,
      workspaceId: run.assignment.workspace.id,
      env: lastingEnv,
      variables: variablesOf(run.assignment),
    });
  }

  private note(): void {
    const { log } = this.context;
    const init: SkippableStep = {
      skipped: this.skipped,
      reason: this.skipped ? 'an equal init on this agent was reused' : this.options.reason,
      seconds: log.secondsOf('init'),
    };
    log.note({ init });
  }
}
