import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { removeAll } from '../disk/remove-all.js';
import { TaskFailure } from '../failures/task-failure.js';
import type { Place } from '../processes/isolation/reach.js';
import type { RunUser } from '../processes/isolation/run-user.js';
import { endProcessesOf } from '../processes/user-processes.js';
import { makeHome, passwdOf, sweepFilesOf } from './user-files.js';
import type { WorkPath } from './work-path.js';

interface SlotPlace {
  /** The agent's. */
  readonly home: string;
  readonly slotId: number;
  readonly paths: WorkPath;
  /** Whom its runs have; null for the agent's user. */
  readonly user: RunUser | null;
}

/** The places of one slot on disk. */
export class Slot {
  readonly directory: string;
  readonly slotId: number;
  readonly user: RunUser | null;
  private readonly paths: WorkPath;
  private holdsState: () => boolean = () => false;

  constructor({ home, slotId, paths, user }: SlotPlace) {
    this.directory = join(home, 'slots', String(slotId));
    this.slotId = slotId;
    this.paths = paths;
    this.user = user;
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

  /** Tokens by which a run shows what it is, for it alone to read. */
  get identity(): string {
    return join(this.directory, 'identity');
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

  /** What every run in it is lent: a name for its user, without which ssh, git and others refuse to work. */
  get lent(): Place[] {
    return this.user === null ? [] : [{ from: passwdOf(this.directory), at: '/etc/passwd' }];
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
    if (this.user !== null) {
      await makeHome(this.user, this);
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
    if (this.user !== null) {
      // Whoever is at work there still could lead what follows astray.
      await endProcessesOf(this.user);
      if (!this.user.inSandbox) {
        await sweepFilesOf(this.user);
      }
    }
    await removeAll(this.directory);
  }

  /** Whether what lies here is this user's: another level, or other numbers, may have been set since. */
  async isOfItsUser(): Promise<boolean> {
    const found = await lstat(this.home).catch(() => null);
    return found !== null && found.uid === (this.user?.uid ?? process.getuid?.() ?? 0);
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
