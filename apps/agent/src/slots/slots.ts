import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskPhase } from '@berth/domain';
import { LOGGER, type Logger } from '@berth/observability';
import { Inject, Injectable } from '@nestjs/common';
import { IDENTITY, type Identity } from '../identity.js';
import { ISOLATION, type Isolation } from '../processes/isolation/isolation.js';
import { readManifest } from './manifest.js';
import type { SlotRun } from './slot-run.js';
import { Slot } from './slot.js';
import { WorkPath } from './work-path.js';

/** A delivery that is on its way to a run: the database may have it for this agent's at any moment from now on. */
export interface AcceptingTask extends HeldTask {
  readonly phase: TaskPhase;
}

export interface HeldTask {
  readonly taskId: string;
  readonly attempt: number;
  readonly slotId: number;
}

/** The agent's slots: what runs in them, and what they hold. */
@Injectable()
export class Slots {
  private readonly places = new Map<number, Slot>();
  private readonly runs = new Map<number, SlotRun>();
  private readonly held = new Map<number, HeldTask>();
  private readonly taking = new Set<AcceptingTask>();
  private readonly emptying = new Map<number, Promise<void>>();
  private readonly paths: WorkPath;

  constructor(
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(ISOLATION) private readonly isolation: Isolation,
  ) {
    this.paths = new WorkPath(identity.workRoot);
  }

  /** Finds the plans that wait on disk; anything half done is removed, but for the slots in which an apply goes on. */
  async load(adopted: ReadonlySet<number>): Promise<void> {
    const names = await readdir(join(this.identity.home, 'slots')).catch(() => []);
    for (const name of names) {
      const slot = this.slot(Number(name));
      if (adopted.has(slot.slotId)) {
        continue;
      }
      const manifest = await readManifest(slot.directory);
      const { agentId, podName } = this.identity;
      const ours =
        manifest?.agentId === agentId && manifest.podName === podName && manifest.slotId === slot.slotId;
      if (ours && manifest.state === 'planned' && (await slot.isOfItsUser())) {
        this.held.set(slot.slotId, {
          taskId: manifest.taskId,
          attempt: manifest.attempt,
          slotId: slot.slotId,
        });
      } else {
        await this.clear(slot);
      }
    }
  }

  slot(slotId: number): Slot {
    const slot =
      this.places.get(slotId) ??
      new Slot({ home: this.identity.home, slotId, paths: this.paths, user: this.isolation.userOf(slotId) });
    this.places.set(slotId, slot);
    return slot;
  }

  /** The run in a slot now. */
  runIn(slotId: number): SlotRun | undefined {
    return this.runs.get(slotId);
  }

  get running(): readonly SlotRun[] {
    return [...this.runs.values()];
  }

  get accepting(): readonly AcceptingTask[] {
    return [...this.taking];
  }

  /**
   * The task counts as this agent's until the work is done: it is accepted, and then runs, or it is not. It begins in a
   * slot from which nothing is taken any more.
   */
  async whileAccepting<T>(task: AcceptingTask, work: () => Promise<T>): Promise<T> {
    this.taking.add(task);
    try {
      const emptied = this.emptying.get(task.slotId);
      if (emptied !== undefined) {
        await emptied;
      }
      return await work();
    } finally {
      this.taking.delete(task);
    }
  }

  /** Plans that wait in their slots. */
  get waiting(): readonly HeldTask[] {
    return [...this.held.values()].filter((one) => !this.runs.has(one.slotId));
  }

  begin(run: SlotRun): void {
    this.runs.set(run.slotId, run);
  }

  /** The run is over, and its plan waits in the slot. */
  hold({ taskId, attempt, slotId }: SlotRun): void {
    this.runs.delete(slotId);
    this.held.set(slotId, { taskId, attempt, slotId });
  }

  /** The run is over and its slot empty. What cannot be removed fails the slot's next task, as its own first step. */
  async vacate(run: SlotRun): Promise<void> {
    await this.clear(this.slot(run.slotId));
    this.runs.delete(run.slotId);
    this.held.delete(run.slotId);
  }

  /** The slot's plan is wanted no more. Gives false while something else runs there, or is about to. */
  async release({ taskId, slotId }: HeldTask): Promise<boolean> {
    const isTaken = this.runs.has(slotId) || this.accepting.some((one) => one.slotId === slotId);
    if (isTaken || this.held.get(slotId)?.taskId !== taskId) {
      return false;
    }
    this.held.delete(slotId);
    const emptied = this.slot(slotId).remove();
    this.emptying.set(
      slotId,
      emptied.catch(() => undefined),
    );
    try {
      await emptied;
    } finally {
      this.emptying.delete(slotId);
    }
    this.logger.info({ taskId, slotId }, 'the slot was emptied: its task went elsewhere or ended');
    return true;
  }

  private async clear(slot: Slot): Promise<void> {
    const { slotId, directory } = slot;
    await slot.remove().catch((error: unknown) => {
      this.logger.error({ slotId, directory }, `the slot cannot be emptied: ${String(error)}`);
    });
  }
}
