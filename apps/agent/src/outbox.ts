import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MESSAGES, type MessageOf } from '@berth/contracts';
import { Publisher } from '@berth/messaging';
import { LOGGER, LoopWatch, type Logger } from '@berth/observability';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { IDENTITY, type Identity } from './identity.js';

/** What must not be lost: how a task ended, or that it was refused. */
const RESULT_TYPES = ['task.plan_finished', 'task.finished', 'task.failed', 'task.refused'] as const;
export type ResultType = (typeof RESULT_TYPES)[number];

const Kept = z.object({ type: z.enum(RESULT_TYPES), payload: z.unknown() });

const RETRY_MS = 2_000;

/** Results stay on the agent's disk until the broker has confirmed them, and survive a crash of the agent there. */
@Injectable()
export class Outbox {
  private readonly directory: string;
  private readonly loop: Loop;
  /** Files are sent in the order in which they were written. */
  private sequence = 0;

  constructor(
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

  /** Sends what an earlier process left, then goes on sending. */
  async start(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
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
    const file = await open(`${path}.new`, 'wx', 0o600);
    try {
      await file.writeFile(JSON.stringify({ type, payload }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    this.loop.wake();
  }

  private async flush(): Promise<void> {
    const names = (await readdir(this.directory)).filter((name) => name.endsWith('.json')).sort();
    for (const name of names) {
      const path = join(this.directory, name);
      if (!(await this.sendFile(path))) {
        return;
      }
      await rm(path, { force: true });
    }
  }

  /** False where the broker has not taken it: nothing after it is sent before it. */
  private async sendFile(path: string): Promise<boolean> {
    const kept = Kept.safeParse(JSON.parse(await readFile(path, 'utf8')));
    const payload = kept.success ? MESSAGES[kept.data.type].schema.safeParse(kept.data.payload) : undefined;
    if (!kept.success || payload?.success !== true) {
      this.logger.error({ path }, 'a result on disk cannot be read; it is put aside');
      await rename(path, `${path}.unreadable`);
      return true;
    }
    const published = await this.publisher.publish(kept.data.type, payload.data);
    return published.outcome === 'queued';
  }
}
