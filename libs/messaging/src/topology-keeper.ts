import type { Logger } from '@berth/observability';
import type { Channel, ChannelModel } from 'amqplib';
import { atMost } from './at-most.js';
import { probeTopology } from './topology-probe.js';
import { assertDeadLetters, assertQueue, assertTopology, serviceQueues, type QueueSpec } from './topology.js';

export interface TopologyKeeperOptions {
  /** The present connection, where there is one that takes messages. */
  readonly model: () => ChannelModel | undefined;
  /** Queues that are looked after all the time, not only in doubt; null where nothing is. */
  readonly watched: readonly QueueSpec[] | null;
  /** Shown in the log. */
  readonly name: string;
  readonly logger: Logger;
  /** Called whenever everything is declared again. */
  readonly onRepair?: (() => void) | undefined;
}

/** A missing part costs messages for no longer than this. */
const LOOK_MS = 5_000;
/** After something was put right: whether it is. */
const LOOK_AGAIN_MS = 1_000;
/** What cannot be put right is tried again with growing pauses. */
const LONGEST_PAUSE_MS = 15_000;
/** A readiness probe that asks more often gets the last answer. */
const FRESH_MS = 500;
/** Of the second that a readiness check has. */
const CHECK_MS = 800;
const MEND_DEADLINE_MS = 10_000;

/**
 * Keeps the broker's exchanges, queues and bindings in place while the service runs. Whoever sees that a message found
 * no way says so with `doubt`; from then on the service counts as not ready, until all was declared again and a later
 * look finds it there. Nothing else declares what somebody deletes: a channel that stays open notices nothing.
 */
export class TopologyKeeper {
  private problem: string | null = null;
  /** Something was said since everything was declared last. */
  private doubted = false;
  private looking: Promise<void> | undefined;
  private lookedAt = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private repairsInARow = 0;
  private stopped = false;

  constructor(private readonly options: TopologyKeeperOptions) {}

  /** Called at every new connection, which has declared what its channels need; a doubt from before it is settled there. */
  start(): void {
    this.lookIn(this.problem === null ? this.nextLookMs : 0);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** What is wrong, as far as is known now. */
  get knownProblem(): string | null {
    return this.problem;
  }

  /** A message found no way: everything is declared again, at once where nobody has said so a moment ago. */
  doubt(reason: string): void {
    const { logger, name } = this.options;
    const isNews = this.problem === null;
    this.problem = reason;
    this.doubted = true;
    if (isNews) {
      logger.warn({ connection: name }, `${reason}: declaring everything on the broker again`);
    }
    if (isNews || this.timer === undefined) {
      this.lookIn(0);
    }
  }

  /** Makes sure that a dead letter finds a queue. False where that could not be done. */
  async declareDeadLetters(): Promise<boolean> {
    const model = this.options.model();
    return model !== undefined && (await declareEach(model, [assertDeadLetters])) === null;
  }

  /** For the readiness probe. @throws Error with what is missing */
  async check(): Promise<void> {
    if (this.options.watched !== null && performance.now() - this.lookedAt > FRESH_MS) {
      await atMost(CHECK_MS, this.look());
    }
    if (this.problem !== null) {
      throw new Error(this.problem);
    }
  }

  private lookIn(ms: number | null): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.stopped && ms !== null) {
      this.timer = setTimeout(() => void this.look(), ms);
      this.timer.unref();
    }
  }

  /** One at a time; the next one follows by itself where something is watched or wrong. */
  private async look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => {
      this.looking = undefined;
      this.lookedAt = performance.now();
      this.lookIn(this.nextLookMs);
    });
    await this.looking;
  }

  private get nextLookMs(): number | null {
    if (this.problem !== null) {
      return Math.min(LONGEST_PAUSE_MS, LOOK_AGAIN_MS * 2 ** Math.min(this.repairsInARow - 1, 10));
    }
    return this.options.watched === null ? null : LOOK_MS * (0.8 + Math.random() * 0.4);
  }

  private async lookOnce(): Promise<void> {
    const { logger, name, watched } = this.options;
    const model = this.options.model();
    if (model === undefined) {
      // The connection's own check says so, and a new one declares what it needs.
      return;
    }
    const missing = await probeTopology(model, watched ?? []).then(
      () => null,
      (error: unknown) => reasonOf(error),
    );
    if (model !== this.options.model()) {
      return;
    }
    if (missing !== null || this.doubted) {
      await this.putRight(model, missing);
    } else if (this.problem !== null) {
      logger.info({ connection: name }, 'everything is in its place on the broker again');
      this.problem = null;
      this.repairsInARow = 0;
    }
  }

  private async putRight(model: ChannelModel, missing: string | null): Promise<void> {
    const { logger, name, watched } = this.options;
    this.doubted = false;
    this.repairsInARow += 1;
    this.options.onRepair?.();
    if (missing !== null) {
      logger.warn({ connection: name }, `${missing}: declaring everything on the broker again`);
      this.problem = missing;
    }
    const failure = await declareAll(model, watched ?? []);
    if (failure !== null) {
      logger.error({ connection: name }, `what is missing on the broker could not be declared: ${failure}`);
      this.problem = failure;
    }
  }
}

type Declaration = (channel: Channel) => Promise<void>;

/** Gives the first reason why something could not be declared, null where all is there. */
async function declareAll(model: ChannelModel, own: readonly QueueSpec[]): Promise<string | null> {
  const shared = [...serviceQueues('scheduler'), ...serviceQueues('registry')];
  const others = own.filter(({ name }) => shared.every((one) => one.name !== name));
  const queues = [...shared, ...others].map(
    (queue): Declaration =>
      async (channel) =>
        assertQueue(channel, queue),
  );
  return declareEach(model, [assertTopology, ...queues]);
}

/** What cannot be declared does not keep the rest away. */
async function declareEach(model: ChannelModel, works: readonly Declaration[]): Promise<string | null> {
  const failures: string[] = [];
  const declaring = (async () => {
    for (const work of works) {
      await onOwnChannel(model, work).catch((error: unknown) => failures.push(reasonOf(error)));
    }
  })();
  if (!(await atMost(MEND_DEADLINE_MS, declaring))) {
    return `the broker did not answer within ${MEND_DEADLINE_MS / 1_000} s`;
  }
  return failures[0] ?? null;
}

/** A refusal closes its channel. */
async function onOwnChannel(model: ChannelModel, work: Declaration): Promise<void> {
  const channel = await model.createChannel();
  channel.on('error', () => undefined);
  try {
    await work(channel);
  } finally {
    await channel.close().catch(() => undefined);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
