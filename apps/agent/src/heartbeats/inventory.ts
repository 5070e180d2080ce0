import type { HeartbeatAnswer } from '@berth/contracts';
import type { TaskPhase } from '@berth/domain';
import { Inject, Injectable } from '@nestjs/common';
import { Outbox, type ReportedAttempt } from '../runs/reporting/outbox.js';
import { Slots, type HeldTask } from '../slots/slots.js';
import type { Heartbeat } from './snapshot.js';

/** What the agent runs, holds and has reported, as the registry compares it with the database. */
@Injectable()
export class Inventory {
  constructor(
    @Inject(Slots) private readonly slots: Slots,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  get tasks(): Heartbeat['tasks'] {
    const running = this.slots.running.map(({ taskId, attempt, slotId, phase }) => ({
      taskId,
      attempt,
      slotId,
      phase,
      held: false,
    }));
    const accepting = this.slots.accepting
      .filter(
        ({ taskId, attempt }) => !running.some((one) => one.taskId === taskId && one.attempt === attempt),
      )
      .map(({ taskId, attempt, slotId, phase }) => ({ taskId, attempt, slotId, phase, held: false }));
    return [
      ...running,
      ...accepting,
      ...this.waiting.map((one) => ({ ...one, phase: 'plan' as const, held: true })),
    ];
  }

  /** Plans that wait in their slots. */
  get waiting(): readonly HeldTask[] {
    return this.slots.waiting;
  }

  /** Applies that run now, whichever process of this agent has begun them. */
  get applying(): HeldTask[] {
    return this.slots.running
      .filter(({ phase }) => phase === 'apply')
      .map(({ taskId, attempt, slotId }) => ({ taskId, attempt, slotId }));
  }

  /** What was said in a session that is over may not have been heard: results are sent once more. */
  tellAgain(): void {
    this.outbox.sendAgain();
  }

  get reported(): ReportedAttempt[] {
    return [...this.outbox.reported];
  }

  /** The agent stops: what runs in this phase is interrupted. */
  interrupt(phase: TaskPhase): void {
    this.slots.running
      .filter((run) => run.phase === phase)
      .forEach((run) => {
        run.stop('agent_stop');
      });
  }

  async settle({ settled, stale }: HeartbeatAnswer): Promise<void> {
    await this.outbox.settle(settled);
    await this.release(stale);
  }

  /** What the database gives to this agent no more: work is stopped, waiting plans are removed. */
  async release(stale: readonly HeldTask[]): Promise<void> {
    for (const task of stale) {
      const run = this.slots.runIn(task.slotId);
      if (run?.taskId === task.taskId && run.attempt === task.attempt) {
        run.stop('stale');
      } else if (this.waits(task)) {
        await this.slots.release(task);
      }
    }
  }

  /** An answer may come late: the slot may hold a newer attempt's plan by then. */
  private waits({ taskId, attempt, slotId }: HeldTask): boolean {
    return this.waiting.some(
      (one) => one.taskId === taskId && one.attempt === attempt && one.slotId === slotId,
    );
  }
}
