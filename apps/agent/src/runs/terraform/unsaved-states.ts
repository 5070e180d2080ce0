import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LOGGER, LoopWatch, Metrics, type Gauge, type Logger } from '@berth/observability';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { ApiClient } from '../../api/api-client.js';
import { ApiError } from '../../api/api-error.js';
import { moveDurably } from '../../disk/durable-file.js';
import { IDENTITY, type Identity } from '../../identity.js';
import type { Slot } from '../../slots/slot.js';
import { readUnsavedState, storeUnsavedState, type UnsavedState } from './errored-state.js';

const RETRY_MS = 5_000;
/** What waits for the api, and what the api did not take: that waits for a person, or for another api after an update. */
const KEPT = /\.tfstate(\.refused)?$/;
const REFUSED = '.refused';
const FILE = /^(?<taskId>[0-9a-f-]{36})-(?<attempt>\d+)(?:-\d+)?\.tfstate(?:\.refused)?$/;
/** The request was refused and not the state. */
const BROKEN_ON_THE_WAY = ['CHECKSUM_MISMATCH', 'BODY_BROKE_OFF'];

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
  /** By this process: what an earlier one was refused is tried again. */
  private readonly refused = new Set<string>();
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
    this.kept = metrics.gauge('berth_agent_unsaved_states');
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
    const name = await this.freeNameOf(owner);
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

  /** One attempt may leave two: a file, and what terraform has printed. */
  private async freeNameOf({ taskId, attempt }: Owner): Promise<string> {
    const taken = new Set([...(await this.names()), ...this.stranded.keys()]);
    for (let number = 1; ; number += 1) {
      const name = `${taskId}-${attempt}${number === 1 ? '' : `-${number}`}.tfstate`;
      if (!taken.has(name) && !taken.has(name + REFUSED)) {
        return name;
      }
    }
  }

  private async names(): Promise<string[]> {
    return readdir(this.directory).catch(() => []);
  }

  private async put(name: string, state: UnsavedState): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    await storeUnsavedState(state, join(this.directory, name));
  }

  /** One that cannot be handed over now keeps no other one back. @throws what the first one has met */
  private async handOver(): Promise<void> {
    const names = await this.names();
    this.kept.set({}, names.filter((name) => KEPT.test(name)).length + this.stranded.size);
    const works = [
      ...[...this.stranded].map(
        ([name, one]) =>
          async () =>
            this.rescue(name, one),
      ),
      ...names
        .filter((name) => FILE.test(name) && !this.refused.has(name))
        .map((name) => async () => this.handOverOne(name)),
    ];
    const faults: unknown[] = [];
    for (const work of works) {
      await work().catch((error: unknown) => faults.push(error));
    }
    if (faults.length > 0) {
      throw faults[0];
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
      const content = await readUnsavedState(one.state);
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
      return;
    }
    const refused = name.endsWith(REFUSED) ? name : name + REFUSED;
    if (refused !== name) {
      await moveDurably(path, join(this.directory, refused));
    }
    this.refused.add(refused);
  }

  /** False where the api takes it never. @throws ApiError where it may later */
  private async isTaken({ taskId, attempt }: Owner, content: Buffer): Promise<boolean> {
    try {
      await this.api.keepUnsavedState(taskId, attempt, content);
    } catch (error) {
      if (!(error instanceof ApiError) || !isRefusal(error)) {
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

function isRefusal({ failureClass, code }: ApiError): boolean {
  return failureClass === 'permanent' && !BROKEN_ON_THE_WAY.includes(code);
}
