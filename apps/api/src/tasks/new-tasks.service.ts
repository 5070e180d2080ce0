import type { WaitingFacts } from '@berth/domain';
import {
  createTask,
  createTasks,
  Database,
  isAway,
  openRecording,
  unrecorded,
  type AskedTask,
  type CreatedTask,
  type NewTask,
  type TaskRow,
} from '@berth/persistence';
import { Batches, NoTurn } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { PeopleFirst } from '../people-first.js';
import { ProblemError } from '../problems/problem-error.js';
import { SchedulerBell } from '../scheduler-bell.js';

const TOGETHER = { most: 50, gatherMs: 0, paceMs: 20, waitMs: 10_000 };

/** Queues terraform tasks; those of many callers in one transaction, which costs little more than that of one. */
@Injectable()
export class NewTasks {
  private readonly asked: Batches<AskedTask, CreatedTask | null>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SchedulerBell) private readonly bell: SchedulerBell,
    @Inject(PeopleFirst) people: PeopleFirst,
  ) {
    this.asked = new Batches({
      ...TOGETHER,
      // Each one's deed is recorded beside it, and none as that of all.
      work: async (asked) => {
        await people.turn();
        return unrecorded(async () => this.createTogether(asked));
      },
      triesAlone: false,
    });
  }

  /** With what it waits for, where that was looked at. @throws ProblemError 503 */
  async create(task: NewTask): Promise<{ readonly row: TaskRow; readonly facts?: WaitingFacts | undefined }> {
    const named = { ...task, id: task.id ?? randomUUID() };
    try {
      const created = await this.asked.add({ task: named, recording: openRecording() ?? null });
      if (created !== null) {
        return created;
      }
    } catch (error) {
      throw error instanceof NoTurn
        ? new ProblemError(503, 'BUSY', `too many tasks are queued at once: ${error.message}`, {
            retryAfter: 1,
          })
        : error;
    }
    const row = await createTask(this.database, named);
    this.bell.ring('task.runnable', row.id);
    return { row };
  }

  private async createTogether(asked: readonly AskedTask[]): Promise<(CreatedTask | null)[]> {
    const created = await createTasks(this.database, asked).catch((error: unknown) => {
      if (isAway(error)) {
        throw error;
      }
      // Each by itself, and beside the next batch: one with which something is wrong keeps no other waiting.
      return asked.map(() => null);
    });
    // Whoever hears it looks at all.
    const first = created.find((one) => one !== null);
    if (first !== undefined && first !== null) {
      this.bell.ring('task.runnable', first.row.id);
    }
    return created;
  }
}
