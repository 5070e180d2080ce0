import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { MessageOf } from '@berth/contracts';
import { withOutcomeUnknown } from '../runs/apply-doubt.js';
import { unsavedStateOf } from '../runs/errored-state.js';
import type { PhaseLog } from '../runs/phase-log.js';
import type { SlotRun } from '../runs/task-run.js';
import type { Slot } from '../slots/slot.js';
import { classifyFailure } from '../terraform/failure-classes.js';
import { OutputFiles } from '../terraform/output-files.js';
import { killGroup, signalLeader } from '../terraform/process-group.js';
import { RunRecord, type RunObservations } from '../terraform/run-record.js';
import { TaskFailure } from '../terraform/task-failure.js';
import type { UnsavedStates } from '../unsaved-states.js';
import { isAlive, type Orphan } from './orphans.js';

interface Places {
  readonly run: SlotRun;
  readonly slot: Slot;
  readonly log: PhaseLog;
  readonly unsavedStates: UnsavedStates;
  readonly home: string;
}

/** It is no child of ours, so nobody tells when it ends. */
const LOOK_EVERY_MS = 200;

/** An apply whose agent has died under it: terraform goes on, and how it ends is read from what it writes. */
export class AbandonedApply {
  constructor(
    private readonly places: Places,
    private readonly graceMs: number,
  ) {}

  /** @throws TaskFailure where it did not end well, or where that cannot be told */
  async outcome(orphan: Orphan | null): Promise<Pick<MessageOf<'task.finished'>, 'changes'>> {
    const { log } = this.places;
    const seen = await this.observe(orphan).catch(async (error: unknown) => this.endUnseen(orphan, error));
    log.note({
      versionLineAt: null,
      firstChangeAt: null,
      init: { skipped: true, reason: 'begun by an earlier process of the agent', seconds: 0 },
    });
    const isSaved = await this.keepUnsavedState(seen);
    const { changes } = seen;
    if (isSaved && changes !== null && ['apply', 'destroy'].includes(changes.operation)) {
      return { changes: { add: changes.add, change: changes.change, destroy: changes.remove } };
    }
    throw this.failureOf(seen, isSaved);
  }

  private async observe(orphan: Orphan | null): Promise<RunObservations> {
    const { slot, log } = this.places;
    log.text.line(
      '\n(the agent was restarted while terraform was applying; all that terraform says, from its',
    );
    log.text.line('beginning once more)');
    let isPast = true;
    const record = new RunRecord({
      json: true,
      onText: (text) => {
        log.text.write(text);
      },
      onEvent: (event) => {
        if (isPast) {
          log.recall(event);
        } else {
          log.see(event);
        }
      },
    });
    const files = await OutputFiles.reopen(slot.outputs, record);
    try {
      await files.catchUp();
      isPast = false;
      if (orphan !== null) {
        await this.end(orphan);
      }
      await files.catchUp();
      return record.finish();
    } finally {
      await files.close();
    }
  }

  /** Nothing of the slot may be given away while terraform works in it, whether or not the agent can see how. */
  private async endUnseen(orphan: Orphan | null, error: unknown): Promise<never> {
    if (orphan !== null) {
      await this.end(orphan);
    }
    await this.keepUnsavedState({ emergencyState: null });
    throw withOutcomeUnknown(error);
  }

  /** Waits until it has ended; a stop interrupts it once, and kills it when that does not help in time. */
  private async end(orphan: Orphan): Promise<void> {
    const { run, home } = this.places;
    let killAt = Infinity;
    while (await isAlive(orphan, home)) {
      if (run.signal.aborted && killAt === Infinity) {
        signalLeader(orphan.pid, 'SIGINT');
        killAt = performance.now() + this.graceMs;
      }
      if (performance.now() > killAt) {
        killGroup(orphan.pid);
      }
      await wait(LOOK_EVERY_MS);
    }
    killGroup(orphan.pid);
    run.setProcess(null);
  }

  /** Where it lies depends on the workspace's working directory, which only the task's agent had known. */
  private async keepUnsavedState(seen: Pick<RunObservations, 'emergencyState'>): Promise<boolean> {
    const { run, slot, unsavedStates } = this.places;
    const names = await readdir(slot.work, { recursive: true }).catch(() => []);
    const { birthtimeMs } = await stat(join(slot.outputs, 'stdout')).catch(() => ({ birthtimeMs: 0 }));
    const found = ['errored.tfstate', ...names.filter((name) => name.endsWith('/errored.tfstate'))];
    const paths = found.map((name) => join(slot.work, name));
    const state = await unsavedStateOf(paths, birthtimeMs, seen);
    if (state !== null) {
      await unsavedStates.keep(run, state, slot);
    }
    return state === null;
  }

  private failureOf(seen: RunObservations, isSaved: boolean): TaskFailure {
    const { diagnostics, stderrTail } = seen;
    if (!diagnostics.some(({ severity }) => severity === 'error')) {
      return TaskFailure.permanent(
        'APPLY_OUTCOME_UNKNOWN',
        "terraform ended while its agent was away and did not say how: look at the workspace's resources and state, then clear its needsAttention and plan again.",
      ).withStateInDoubt();
    }
    const failure = TaskFailure.of(
      classifyFailure({
        step: 'apply',
        exitCode: 1,
        signal: null,
        diagnostics,
        stderr: stderrTail,
        applyStarted: true,
      }),
    );
    const notSaved = !isSaved || failure.code === 'TERRAFORM_STATE_NOT_SAVED';
    return notSaved ? failure.withStateInDoubt() : failure;
  }
}
