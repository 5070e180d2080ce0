import { join } from 'node:path';
import { LOGGER, LoopWatch, Metrics, type Counter, type Logger } from '@berth/observability';
import { inTurn, Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { EngineBinaries } from '../engines/engine-installer.js';
import { AGENT_ENV, type AgentEnv } from '../env.js';
import { IDENTITY, type Identity } from '../identity.js';
import { removeUnusedInits } from '../terraform/inits/saved-inits.js';

const INTERVAL_MS = 6 * 3_600_000;
const DAY_MS = 86_400_000;

/** Removes from the agent's disk what no run has asked for in a long time, and what any run can have again. */
@Injectable()
export class UnusedFilesLoop {
  private readonly loop: Loop;
  private readonly removed: Counter<'what'>;

  constructor(
    @Inject(AGENT_ENV) private readonly env: Pick<AgentEnv, 'BERTH_UNUSED_KEEP_DAYS'>,
    @Inject(IDENTITY) private readonly identity: Pick<Identity, 'home'>,
    @Inject(EngineBinaries) private readonly engines: EngineBinaries,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) watch: LoopWatch,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.removed = metrics.counter('berth_retention_removed_total');
    this.loop = new Loop({
      name: 'unused files',
      intervalMs: INTERVAL_MS,
      observer: watch,
      run: async () => {
        await this.sweep();
        return 'rest';
      },
    });
  }

  start(): void {
    if (this.env.BERTH_UNUSED_KEEP_DAYS > 0) {
      this.loop.start();
    }
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  private async sweep(): Promise<void> {
    const unusedMs = this.env.BERTH_UNUSED_KEEP_DAYS * DAY_MS;
    await inTurn([
      async () => {
        this.told('engine', await this.engines.removeUnused(unusedMs));
      },
      async () => {
        this.told('saved init', await removeUnusedInits(join(this.identity.home, 'inits'), unusedMs));
      },
    ]);
  }

  private told(what: string, names: readonly string[]): void {
    this.removed.inc({ what }, names.length);
    if (names.length > 0) {
      this.logger.info({ what, names }, `${names.length} of ${what} were not used for long and are removed`);
    }
  }
}
