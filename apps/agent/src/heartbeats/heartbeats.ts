import { Health, LOGGER, LoopWatch, Metrics, type BrokerState, type Logger } from '@berth/observability';
import { withDeadline } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { Inventory } from './inventory.js';
import { ANSWER_MS, UNREGISTERED_MS, type Heartbeat, type Snapshot } from './snapshot.js';
import { ThreadKeeper } from './thread-keeper.js';
import type { FromThread } from './thread-messages.js';

/** How the agent stands with the registry that counts on its heartbeats. */
export interface Standing extends Omit<Heartbeat, 'tasks' | 'reported'> {
  readonly intervalMs: number;
}

export interface HeartbeatsListener {
  /** Null while the agent is not registered. */
  standing(): Standing | null;
  /** The registry does not know the agent any more. */
  forgotten(): void;
  /** The broker takes this user no more. */
  shut(username: string): void;
}

type Answered = Extract<FromThread, { kind: 'answer' }>;

/**
 * The main thread's side of the heartbeats. They are sent by a thread of their own, from the last snapshot, so that
 * long work in this one never looks like a lost agent; their answers are acted on here.
 */
@Injectable()
export class Heartbeats {
  private listener: HeartbeatsListener | undefined;
  private number = 0;
  /** Snapshots before this one speak for an earlier registration. */
  private registeredFrom = 0;
  private telling: { readonly number: number; readonly heard: () => void } | undefined;
  private problem: string | null = 'the heartbeat thread is not connected yet';
  /** Why the last heartbeat had no answer, null where it had one. */
  private unanswered: string | null = null;
  private onConnected: (() => void) | undefined;

  constructor(
    @Inject(ThreadKeeper) private readonly keeper: ThreadKeeper,
    @Inject(Inventory) private readonly inventory: Inventory,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) private readonly watch: LoopWatch,
    @Inject(Health) health: Health,
    @Inject(Metrics) metrics: Metrics,
  ) {
    metrics.watchBroker('heartbeats', this.broker);
    health.add('heartbeats', async () => {
      const problem = this.problem ?? this.unanswered;
      if (problem !== null) {
        throw new Error(problem);
      }
    });
  }

  /** Whether it is blocked, its thread does not say. */
  private get broker(): BrokerState {
    const isOpen = (): boolean => this.problem === null;
    return {
      get isOpen() {
        return isOpen();
      },
      blocked: undefined,
    };
  }

  /** Returns when the thread is connected: whoever registers is counted on from then. @throws DeadlineExceeded */
  async start(listener: HeartbeatsListener, waitMs: number): Promise<void> {
    this.listener = listener;
    const connected = new Promise<void>((resolve) => {
      this.onConnected = resolve;
    });
    this.keeper.start({
      received: (message) => {
        this.received(message);
      },
      ended: () => {
        this.problem = 'the heartbeat thread ended and is started again';
      },
    });
    await withDeadline('connecting the heartbeat thread', waitMs, connected);
  }

  /** Says what is true now, for the heartbeats to come. Gives the snapshot's number. */
  post(): number {
    this.number += 1;
    this.keeper.post({ kind: 'snapshot', snapshot: this.snapshot() });
    return this.number;
  }

  /** Returns when the registry has heard what is true now. @throws DeadlineExceeded */
  async tell(): Promise<void> {
    const number = this.post();
    this.keeper.post({ kind: 'beat' });
    const told = new Promise<void>((resolve) => {
      this.telling = { number, heard: resolve };
    });
    await withDeadline('telling the registry', ANSWER_MS, told);
  }

  async stop(): Promise<void> {
    await this.keeper.end();
  }

  private snapshot(): Snapshot {
    const standing = this.listener?.standing() ?? null;
    const { number } = this;
    if (standing === null) {
      this.registeredFrom = number;
      return { number, intervalMs: UNREGISTERED_MS, heartbeat: null };
    }
    const { intervalMs, ...names } = standing;
    const { tasks, reported } = this.inventory;
    return { number, intervalMs, heartbeat: { ...names, tasks, reported } };
  }

  private received(message: FromThread): void {
    switch (message.kind) {
      case 'due':
        this.post();
        break;
      case 'answer':
        this.answered(message);
        break;
      case 'failed':
        this.unanswered = message.reason;
        this.watch.failed('heartbeat', message.reason, message.nextInMs);
        break;
      case 'shut':
        this.listener?.shut(message.username);
        break;
      case 'connection':
        this.problem = message.problem;
        if (message.problem === null) {
          this.onConnected?.();
        }
        break;
      case 'log':
        this.logger[message.level](message.fields, message.text);
        break;
    }
  }

  private answered({ number, answer, seconds }: Answered): void {
    this.watch.ran('heartbeat', seconds);
    this.unanswered = null;
    if (this.telling !== undefined && number >= this.telling.number) {
      this.telling.heard();
    }
    if (answer.known) {
      this.inventory.settle(answer).catch((error: unknown) => {
        this.logger.warn(
          `a heartbeat's answer was not acted on: ${String(error)}; the next one says it again`,
        );
      });
    } else if (number > this.registeredFrom) {
      this.listener?.forgotten();
    }
  }
}
