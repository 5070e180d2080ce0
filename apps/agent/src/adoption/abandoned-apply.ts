import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { MessageOf } from '@berth/contracts';
import { APPLY_NOT_BEGUN } from '@berth/domain';
import { filesNamed } from '../disk/files-named.js';
import { TaskFailure } from '../failures/task-failure.js';
import { thaw } from '../processes/frozen-process.js';
import { isSameBoot } from '../processes/machine-boot.js';
import type { Orphan } from '../processes/orphans.js';
import { OutputFiles } from '../processes/output-files.js';
import { killGroup } from '../processes/process-group.js';
import { endProcessesOf } from '../processes/user-processes.js';
import { isAlive } from '../processes/process-identity.js';
import { RunStopper } from '../processes/run-stopper.js';
import type { PhaseLog } from '../runs/reporting/phase-log.js';
import { withOutcomeUnknown } from '../runs/terraform/apply-doubt.js';
import { unsavedStateOf } from '../runs/terraform/errored-state.js';
import { namingAgentStop } from '../runs/terraform/stopped-apply.js';
import type { UnsavedStates } from '../runs/terraform/unsaved-states.js';
import type { SlotRun } from '../slots/slot-run.js';
import type { Slot } from '../slots/slot.js';
import { appliedChanges } from '../terraform/applied-changes.js';
import { classifyFailure } from '../terraform/failure-classes.js';
import { RunRecord, type RunObservations } from '../terraform/run-record.js';

interface Places {
  readonly run: SlotRun;
  readonly slot: Slot;
  readonly log: PhaseLog;
  readonly unsavedStates: UnsavedStates;
  /** Ends what else runs in the slot, and gives how many there were. */
  readonly endLeftBehind: () => Promise<number>;
}

interface Limits {
  /** From an interrupt to the kill. */
  readonly graceMs: number;
  /** Of the whole apply, also of the time before the adoption. */
  readonly timeoutSeconds: number;
}

type Stopped = ReturnType<RunStopper['outcome']>;

interface Ended extends RunObservations {
  readonly stopped: Stopped;
  /** Terraform's first line comes before anything else that it does. */
  readonly notStarted: boolean;
}

const NOT_STOPPED: Stopped = { cancelled: false, timedOut: false, killed: false };
const NOT_STARTED =
  'The process of the agent ended before terraform was started, so the apply has changed nothing.';
/** It is no child of ours, so nobody tells when it ends. */
const LOOK_EVERY_MS = 200;

/** An apply whose agent has died under it: terraform goes on, and how it ends is read from what it writes. */
export class AbandonedApply {
  constructor(
    private readonly places: Places,
    private readonly limits: Limits,
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
      return { changes: appliedChanges(seen) };
    }
    const graceSeconds = this.limits.graceMs / 1_000;
    throw namingAgentStop(this.failureOf(seen, isSaved), this.places.run, { ...seen.stopped, graceSeconds });
  }

  private async observe(orphan: Orphan | null): Promise<Ended> {
    const { slot, log } = this.places;
    log.text.line(
      '\n(the agent was restarted while terraform was applying; all that terraform says, from its',
    );
    log.text.line('beginning once more)');
    let isPast = true;
    const record = new RunRecord({
      json: true,
      outputDirectory: slot.outputs,
      mask: this.places.run.mask,
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
      const changeBegun = async (): Promise<boolean> => (await files.catchUp(), record.changeBegun);
      const stopped = orphan === null ? NOT_STOPPED : await this.end(orphan, changeBegun);
      // Where that cannot be told, what terraform has said counts all the same.
      const left = await this.places.endLeftBehind().catch(() => null);
      await files.catchUp();
      const notStarted = left === 0 && files.isEmpty && (await isSameBoot(slot.outputs));
      return { ...record.finish(), stopped, notStarted };
    } finally {
      await files.close();
    }
  }

  /** Nothing of the slot may be given away while terraform works in it, whether or not the agent can see how. */
  private async endUnseen(orphan: Orphan | null, error: unknown): Promise<never> {
    if (orphan !== null) {
      await this.end(orphan, async () => true).catch(() => undefined);
    }
    await this.keepUnsavedState({ emergencyState: null });
    throw withOutcomeUnknown(error);
  }

  /** Waits until it has ended; it is stopped like any other apply. @throws TaskFailure where a kill does not end it */
  private async end(orphan: Orphan, changeBegun: () => Promise<boolean>): Promise<Stopped> {
    if (!(await isStillThere(orphan))) {
      return NOT_STOPPED;
    }
    const { run, slot } = this.places;
    const { graceMs, timeoutSeconds } = this.limits;
    const startedAtMs = (await this.startedAtMs()) ?? Date.now();
    const timeoutMs = Math.max(1, startedAtMs + timeoutSeconds * 1_000 - Date.now());
    const stopper = new RunStopper(orphan.pid, {
      binary: 'terraform',
      signal: run.signal,
      graceMs,
      timeoutMs,
      changeBegun,
    });
    if (!run.signal.aborted) {
      // Its agent may have died while it stood still to be looked at.
      thaw(orphan.pid);
    }
    const over = new AbortController();
    try {
      await Promise.race([untilGone(orphan, over.signal), stopper.unkillable]);
    } finally {
      over.abort();
      stopper.stop();
    }
    killGroup(orphan.group);
    if (slot.user !== null) {
      await endProcessesOf(slot.user);
    }
    run.setProcess(null);
    return stopper.outcome();
  }

  private async startedAtMs(): Promise<number | null> {
    const found = await stat(join(this.places.slot.outputs, 'stdout')).catch(() => null);
    return found?.birthtimeMs ?? null;
  }

  /** Where it lies depends on the workspace's working directory, which only the task's agent had known. */
  private async keepUnsavedState(seen: Pick<RunObservations, 'emergencyState'>): Promise<boolean> {
    const { run, slot, unsavedStates } = this.places;
    const found = await filesNamed('errored.tfstate', slot.work);
    const paths = found.map((name) => join(slot.work, name));
    const state = await unsavedStateOf(paths, (await this.startedAtMs()) ?? 0, seen);
    if (state !== null) {
      await unsavedStates.keep(run, state, slot);
    }
    return state === null;
  }

  private failureOf(seen: Ended, isSaved: boolean): TaskFailure {
    const { diagnostics, stderrTail, firstApplyStartAt, notStarted } = seen;
    const { cancelled, timedOut, killed } = seen.stopped;
    const { timeoutSeconds } = this.limits;
    if (isSaved && firstApplyStartAt === null && (cancelled || timedOut || killed)) {
      const message = 'The apply was stopped before it changed anything.';
      return TaskFailure.permanent(APPLY_NOT_BEGUN, message);
    }
    if (isSaved && notStarted) {
      return TaskFailure.permanent(APPLY_NOT_BEGUN, NOT_STARTED).withAgentEnded();
    }
    if (timedOut) {
      const message = `terraform apply ran longer than ${timeoutSeconds} s and was stopped.`;
      const failure = TaskFailure.permanent('TERRAFORM_TIMEOUT', message);
      return killed || !isSaved ? failure.withStateInDoubt() : failure;
    }
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
        mask: this.places.run.mask,
      }),
    );
    const notSaved = !isSaved || failure.code === 'TERRAFORM_STATE_NOT_SAVED';
    return killed || notSaved ? failure.withStateInDoubt() : failure;
  }
}

async function untilGone(orphan: Orphan, over: AbortSignal): Promise<void> {
  while (!over.aborted && (await isStillThere(orphan))) {
    await wait(LOOK_EVERY_MS);
  }
}

/** Only a clear answer counts as its end: what follows is a kill of its group, and a slot for somebody else. */
async function isStillThere(orphan: Orphan): Promise<boolean> {
  return isAlive(orphan).catch(() => true);
}
