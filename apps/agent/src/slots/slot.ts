import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TaskFailure } from '../failures/task-failure.js';
import type { WorkPath } from './work-path.js';

/** The places of one slot on disk. */
export class Slot {
  readonly directory: string;
  private holdsState: () => boolean = () => false;

  constructor(
    home: string,
    readonly slotId: number,
    private readonly paths: WorkPath,
  ) {
    this.directory = join(home, 'slots', String(slotId));
  }

  /** The configuration's tree. */
  get work(): string {
    return join(this.directory, 'work');
  }

  /** Where the plan file lies alone, so that a run may see it, and nothing beside it. */
  get plan(): string {
    return join(this.directory, 'plan');
  }

  get planFile(): string {
    return join(this.plan, 'plan.tfplan');
  }

  /** Values that terraform is given, outside of the configuration's tree. */
  get variables(): string {
    return join(this.directory, 'variables');
  }

  get home(): string {
    return join(this.directory, 'home');
  }

  get tmp(): string {
    return join(this.directory, 'tmp');
  }

  /** What the apply's process says: it writes there itself, so that it outlives the agent. */
  get outputs(): string {
    return join(this.directory, 'outputs');
  }

  /** Where the task runs, on every agent alike: its path leads to this slot's work directory. @throws TaskFailure */
  async pathFor(taskId: string): Promise<string> {
    return this.paths.lead(taskId, this.work);
  }

  /** Nothing of an earlier task is left. */
  async empty(): Promise<void> {
    await this.remove();
    for (const path of [this.directory, this.plan, this.home, this.tmp]) {
      await mkdir(path, { recursive: true, mode: 0o700 });
    }
  }

  /** For as long as the only copy of a state lies here, nothing of the slot is removed. */
  withholdWhile(holdsState: () => boolean): void {
    this.holdsState = holdsState;
  }

  /** @throws TaskFailure where it is withheld */
  async remove(): Promise<void> {
    if (this.holdsState()) {
      throw TaskFailure.transient(
        'SLOT_HOLDS_STATE',
        `Slot ${this.slotId} has the only copy of a state that terraform could not save (${this.directory}). It is free again when the api has that.`,
      );
    }
    await this.paths.forget(this.work);
    await rm(this.directory, { recursive: true, force: true });
  }

  /** SHA-256 of the plan file in hex, null where there is none. */
  async planFileHash(): Promise<string | null> {
    const hash = createHash('sha256');
    try {
      await pipeline(createReadStream(this.planFile), hash);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        return null;
      }
      throw error;
    }
    return hash.digest('hex');
  }
}
