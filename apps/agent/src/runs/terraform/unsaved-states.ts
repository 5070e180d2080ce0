import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LOGGER, LoopWatch, Metrics, type Gauge, type Logger } from '@berth/observability';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { ApiClient } from '../../api/api-client.js';
import { ApiError } from '../../api/api-error.js';
import { moveDurably, writeDurably } from '../../disk/durable-file.js';
import { IDENTITY, type Identity } from '../../identity.js';
import type { Slot } from '../../slots/slot.js';
import type { UnsavedState } from './errored-state.js';

const RETRY_MS = 5_000;
/** What waits for the api, and what the api takes never: that waits for a person. */
const KEPT = /\.tfstate(\.refused)?$/;
const FILE = /^(?<taskId>[0-9a-f-]{36})-(?<attempt>\d+)\.tfstate$/;

interface Owner {
  readonly taskId: string;
  readonly attempt: number;
}

/** One that could not be put with the others: it lies where terraform left it. */
interface Stranded extends Owner {
  readonly state: UnsavedState;
  /** The api takes it never. */
  refused: boolean;
}

/**
 * States that terraform could save nowhere but on this disk. Each stays here until the api has it: what it says is
 * known nowhere else. The api that did not take terraform's state may be away for a while, so a loop tries again.
 */
@Injectable()
export class UnsavedStates {
  private readonly directory: string;
  private readonly stranded = new Map<string, Stranded>();
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

  /**
   * Returns when it is safe on disk; it is handed over in the background. Where it cannot be put here, its slot is
   * withheld until it is safe: here after all, or with the api.
   */
  async keep(owner: Owner, state: UnsavedState, slot: Pick<Slot, 'withholdWhile'>): Promise<void> {
    const { taskId, attempt } = owner;
    const name = nameOf(owner);
    try {
      await this.put(name, state);
      this.logger.error({ taskId, attempt }, 'terraform could not save its state: it is kept here');
    } catch (error) {
      this.stranded.set(name, { taskId, attempt, state, refused: false });
      slot.withholdWhile(() => this.stranded.has(name));
      this.logger.error(
        { taskId, attempt },
        `terraform could not save its state, and it cannot be put into ${this.directory}: it stays in its slot, which takes no other task: ${String(error)}`,
      );
    }
    this.loop.wake();
  }

  private async put(name: string, state: UnsavedState): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const path = join(this.directory, name);
    await ('path' in state ? moveDurably(state.path, path) : writeDurably(path, state.content));
  }

  private async handOver(): Promise<void> {
    const names = await readdir(this.directory).catch(() => []);
    this.kept.set({}, names.filter((name) => KEPT.test(name)).length + this.stranded.size);
    for (const [name, one] of [...this.stranded]) {
      await this.rescue(name, one);
    }
    for (const name of names.filter((one) => FILE.test(one))) {
      await this.handOverOne(name);
    }
  }

  /** To the others, for which a full disk may have room again; else to the api from where it lies. */
  private async rescue(name: string, one: Stranded): Promise<void> {
    try {
      await this.put(name, one.state);
    } catch {
      if (one.refused) {
        return;
      }
      const content = await contentOf(one.state);
      one.refused = content !== null && !(await this.isTaken(one, content));
      if (one.refused) {
        return;
      }
    }
    this.stranded.delete(name);
  }

  private async handOverOne(name: string): Promise<void> {
    const { taskId = '', attempt = '' } = FILE.exec(name)?.groups ?? {};
    const path = join(this.directory, name);
    if (await this.isTaken({ taskId, attempt: Number(attempt) }, await readFile(path))) {
      await rm(path, { force: true });
    } else {
      await moveDurably(path, `${path}.refused`);
    }
  }

  /** False where the api takes it never. @throws ApiError where it may later */
  private async isTaken({ taskId, attempt }: Owner, content: Buffer): Promise<boolean> {
    try {
      await this.api.keepUnsavedState(taskId, attempt, content);
    } catch (error) {
      if (!(error instanceof ApiError) || error.failureClass !== 'permanent' || error.isSessionOver) {
        throw error;
      }
      this.logger.error(
        { taskId, attempt },
        `the api does not take a state that terraform could not save, and it stays on this disk: ${error.message}`,
      );
      return false;
    }
    this.logger.warn({ taskId, attempt }, 'the api has the state that terraform could not save');
    return true;
  }
}

function nameOf({ taskId, attempt }: Owner): string {
  return `${taskId}-${attempt}.tfstate`;
}

/** Null where there is none any more. */
async function contentOf(state: UnsavedState): Promise<Buffer | null> {
  if ('content' in state) {
    return Buffer.from(state.content);
  }
  return readFile(state.path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return null;
    }
    throw error;
  });
}
