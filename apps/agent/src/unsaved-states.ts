import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LOGGER, LoopWatch, Metrics, type Gauge, type Logger } from '@berth/observability';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { ApiClient } from './api/api-client.js';
import { ApiError } from './api/api-error.js';
import { IDENTITY, type Identity } from './identity.js';

const RETRY_MS = 5_000;
const FILE = /^(?<taskId>[0-9a-f-]{36})-(?<attempt>\d+)\.tfstate$/;

/**
 * States that terraform could save nowhere but on this disk. Each stays here until the api has it: what it says is
 * known nowhere else. The api that did not take terraform's state may be away for a while, so a loop tries again.
 */
@Injectable()
export class UnsavedStates {
  private readonly directory: string;
  private readonly loop: Loop;
  private readonly kept: Gauge;

  constructor(
    @Inject(IDENTITY) identity: Identity,
    @Inject(ApiClient) private readonly api: ApiClient,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) watch: LoopWatch,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.directory = join(identity.home, 'unsaved-states');
    this.kept = metrics.gauge('berth_agent_unsaved_states', 'States that only this agent’s disk has', []);
    this.loop = new Loop({
      name: 'unsaved-states',
      intervalMs: RETRY_MS,
      observer: watch,
      run: async () => {
        await this.handOver();
        return 'rest';
      },
    });
  }

  start(): void {
    this.loop.start();
  }

  /** The pod's disk may go with the agent: what is still here is tried once more. */
  async stop(): Promise<void> {
    await this.loop.stop();
    await this.handOver().catch((error: unknown) => {
      this.logger.error(`a state that terraform could not save stays on this disk: ${String(error)}`);
    });
  }

  /** Returns when it is safe on disk; it is handed over in the background. */
  async keep(taskId: string, attempt: number, content: Buffer): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const path = join(this.directory, `${taskId}-${attempt}.tfstate`);
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    this.logger.error({ taskId, attempt, path }, 'terraform could not save its state: it is kept here');
    this.loop.wake();
  }

  private async handOver(): Promise<void> {
    const names = (await readdir(this.directory).catch(() => [])).filter((name) => FILE.test(name));
    this.kept.set({}, names.length);
    for (const name of names) {
      await this.handOverOne(name);
    }
  }

  private async handOverOne(name: string): Promise<void> {
    const { taskId = '', attempt = '' } = FILE.exec(name)?.groups ?? {};
    const path = join(this.directory, name);
    try {
      await this.api.keepUnsavedState(taskId, Number(attempt), await readFile(path));
    } catch (error) {
      if (!(error instanceof ApiError) || error.failureClass !== 'permanent' || error.isSessionOver) {
        throw error;
      }
      this.logger.error(
        { taskId, path },
        `the api does not take this state, which stays here: ${error.message}`,
      );
      await rename(path, `${path}.refused`);
      return;
    }
    await rm(path, { force: true });
    this.logger.warn({ taskId, attempt }, 'the api has the state that terraform could not save');
  }
}
