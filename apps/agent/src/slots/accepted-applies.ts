import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOGGER, type Logger } from '@berth/observability';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { IDENTITY, type Identity } from '../identity.js';
import { bootId } from '../processes/machine-boot.js';
import type { HeldTask } from './slots.js';

/** Kept for a later process of the agent. */
const Kept = z.object({
  taskId: z.string(),
  attempt: z.int(),
  slotId: z.int(),
  agentId: z.string(),
  podName: z.string(),
  /** A file that was removed may be there again after a loss of power. */
  boot: z.string(),
});
type Kept = z.infer<typeof Kept>;

/**
 * Applies that were accepted, and for which terraform is certainly not started yet: a file for each slot says so, from the
 * accept on until terraform is started. A process of the agent that comes after one that was killed tells of those with its
 * registration.
 */
@Injectable()
export class AcceptedApplies {
  private left: HeldTask[] = [];

  constructor(
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** What the process before has left; before anything is accepted. */
  async find(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const boot = await bootId();
    const { agentId, podName } = this.identity;
    for (const name of await readdir(this.directory)) {
      const kept = await readKept(join(this.directory, name));
      if (kept?.agentId === agentId && kept.podName === podName && kept.boot === boot) {
        const { taskId, attempt, slotId } = kept;
        this.logger.warn(
          { taskId, attempt, slotId },
          'an earlier process of this agent has accepted this apply, and has not started terraform for it',
        );
        this.left.push({ taskId, attempt, slotId });
      } else {
        await rm(join(this.directory, name), { force: true });
      }
    }
  }

  /** Accepted by an earlier process of the agent, and begun by none. */
  get notBegun(): readonly HeldTask[] {
    return this.left;
  }

  /** The registry knows what was not begun. */
  async told(told: readonly HeldTask[]): Promise<void> {
    for (const one of told.filter((each) => this.left.includes(each))) {
      this.left = this.left.filter((each) => each !== one);
      await this.forget(one).catch((error: unknown) => {
        this.logger.warn({ ...one }, `a note of an apply that was not begun stays: ${String(error)}`);
      });
    }
  }

  /** Beside the accept, which does not wait for it: without it, how such an apply ended is unknown, and no more. */
  async keep({ taskId, attempt, slotId }: HeldTask): Promise<void> {
    try {
      const boot = await bootId();
      if (boot !== null) {
        const { agentId, podName } = this.identity;
        const kept: Kept = { taskId, attempt, slotId, agentId, podName, boot };
        await writeFile(this.fileOf(slotId), JSON.stringify(kept), { mode: 0o600 });
      }
    } catch (error) {
      this.logger.warn({ taskId, slotId }, `the accepted apply is not noted: ${String(error)}`);
    }
  }

  /** The accept went through: it is this process's now, whatever one before has left of it. */
  taken({ slotId }: Pick<HeldTask, 'slotId'>): void {
    this.left = this.left.filter((one) => one.slotId !== slotId);
  }

  /**
   * It did not. Of an attempt that a process before had accepted, the registry may not have heard yet.
   * @throws where the note stays
   */
  async notTaken(task: HeldTask): Promise<void> {
    if (!this.left.some(({ taskId, attempt }) => taskId === task.taskId && attempt === task.attempt)) {
      await this.forget(task);
    }
  }

  /** Terraform is about to be started, or never will be and that is reported. @throws where the note stays */
  async forget({ slotId }: Pick<HeldTask, 'slotId'>): Promise<void> {
    await rm(this.fileOf(slotId), { force: true });
  }

  private get directory(): string {
    return join(this.identity.home, 'accepted');
  }

  private fileOf(slotId: number): string {
    return join(this.directory, `${slotId}.json`);
  }
}

/** Null where it was not written to its end. */
async function readKept(file: string): Promise<Kept | null> {
  try {
    return Kept.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}
