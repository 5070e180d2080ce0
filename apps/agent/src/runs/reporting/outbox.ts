import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MESSAGES, type MessageOf } from '@berth/contracts';
import { Publisher, type PublishOutcome } from '@berth/messaging';
import {
  LOGGER,
  LoopWatch,
  traceparentNow,
  withLogFields,
  withTraceparent,
  type Logger,
} from '@berth/observability';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { writeDurably } from '../../disk/durable-file.js';
import { AGENT_ENV, type AgentEnv } from '../../env.js';
import { IDENTITY, type Identity } from '../../identity.js';

/** What must not be lost: how a task ended, or that it was refused. */
const RESULT_TYPES = ['task.plan_finished', 'task.finished', 'task.failed', 'task.refused'] as const;
export type ResultType = (typeof RESULT_TYPES)[number];

const Kept = z.object({
  type: z.enum(RESULT_TYPES),
  payload: z.looseObject({ taskId: z.string(), attempt: z.int() }),
  /** Of the run. */
  traceparent: z.string().nullable().default(null),
});
type Kept = z.infer<typeof Kept>;

interface Entry extends Kept {
  readonly path: string;
  /** When the broker took it last, null where it has not. */
  sentAt: number | null;
}

export interface ReportedAttempt {
  readonly taskId: string;
  readonly attempt: number;
}

const RETRY_MS = 2_000;

/**
 * Results stay on the agent's disk until the database has heard of them: the broker confirms that it has one, the
 * registry that nothing waits for it any more. They survive a crash of the agent there.
 */
@Injectable()
export class Outbox {
  private readonly directory: string;
  private readonly loop: Loop;
  private entries: Entry[] = [];
  /** Files are sent in the order in which they were written. */
  private sequence = 0;

  constructor(
    @Inject(AGENT_ENV) private readonly env: AgentEnv,
    @Inject(IDENTITY) identity: Identity,
    @Inject(Publisher) private readonly publisher: Publisher,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) watch: LoopWatch,
  ) {
    this.directory = join(identity.home, 'outbox');
    this.loop = new Loop({
      name: 'outbox',
      intervalMs: RETRY_MS,
      observer: watch,
      run: async () => {
        await this.flush();
        return 'rest';
      },
    });
  }

  /** The attempts whose results are kept here. */
  get reported(): readonly ReportedAttempt[] {
    return this.entries.map(({ payload }) => ({ taskId: payload.taskId, attempt: payload.attempt }));
  }

  hasReported(taskId: string, attempt: number): boolean {
    return this.entries.some(({ payload }) => payload.taskId === taskId && payload.attempt === attempt);
  }

  /** Sends what an earlier process left, then goes on sending. */
  async start(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const names = (await readdir(this.directory)).filter((name) => name.endsWith('.json')).sort();
    for (const name of names) {
      await this.load(join(this.directory, name));
    }
    await this.flush();
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
    await this.flush();
  }

  /** Returns when the result is safe on disk; it is sent at once. */
  async put<T extends ResultType>(type: T, payload: MessageOf<T>): Promise<void> {
    this.sequence += 1;
    const name = `${Date.now().toString().padStart(15, '0')}-${this.sequence.toString().padStart(6, '0')}-${randomUUID()}`;
    const path = join(this.directory, `${name}.json`);
    const traceparent = traceparentNow();
    await writeDurably(path, JSON.stringify({ type, payload, traceparent }));
    this.entries.push({ type, payload: { ...payload }, traceparent, path, sentAt: null });
    this.loop.wake();
  }

  /** What was sent may not count any more: all that is kept goes once more. */
  sendAgain(): void {
    for (const entry of this.entries) {
      entry.sentAt = null;
    }
    this.loop.wake();
  }

  /** The database has heard of these. */
  async settle(attempts: readonly ReportedAttempt[]): Promise<void> {
    const isSettled = ({ payload, sentAt }: Entry): boolean =>
      sentAt !== null &&
      attempts.some((one) => one.taskId === payload.taskId && one.attempt === payload.attempt);
    const settled = this.entries.filter(isSettled);
    this.entries = this.entries.filter((entry) => !isSettled(entry));
    await Promise.all(settled.map(async ({ path }) => rm(path, { force: true })));
  }

  private async load(path: string): Promise<void> {
    const kept = Kept.safeParse(parseJson(await readFile(path, 'utf8')));
    if (kept.success && MESSAGES[kept.data.type].schema.safeParse(kept.data.payload).success) {
      this.entries.push({ ...kept.data, path, sentAt: null });
      return;
    }
    this.logger.error({ path }, 'a result on disk cannot be read; it is put aside');
    await rename(path, `${path}.unreadable`);
  }

  /** Where the broker does not take one, nothing after it is sent before it. */
  private async flush(): Promise<void> {
    const due = this.entries.filter(
      ({ sentAt }) => sentAt === null || Date.now() - sentAt > this.env.BERTH_RESULT_RESEND_SECONDS * 1_000,
    );
    for (const entry of due) {
      const published = await this.send(entry);
      if (published.outcome !== 'queued') {
        return;
      }
      entry.sentAt = Date.now();
    }
  }

  private async send({ type, payload, traceparent }: Entry): Promise<PublishOutcome> {
    const { taskId, attempt } = payload;
    const result = payload as unknown as MessageOf<ResultType>;
    return withLogFields({ taskId, attempt }, async () =>
      withTraceparent(traceparent, async () => this.publisher.publish(type, result)),
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
