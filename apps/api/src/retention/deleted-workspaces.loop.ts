import { setTimeout as wait } from 'node:timers/promises';
import { LOGGER, LoopWatch, Metrics, type Counter, type Logger } from '@berth/observability';
import {
  Database,
  deletedWorkspaces,
  eachAlone,
  hasDeletedWorkspaces,
  removeSomeOf,
} from '@berth/persistence';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';

/** So long at the most lies a workspace whose remover was killed. */
const INTERVAL_MS = 10_000;
const WORKSPACES = 50;
/** Tasks with all that belongs to them, or state versions, at a time. */
const BATCH = 100;
const LONGEST_BREATH_MS = 1_000;
const SETTLED_MS = 5_000;
const LOOK_MS = 50;

/** Removes what is left of workspaces that were deleted, beside all other work and from where whoever was at it has stopped. */
@Injectable()
export class DeletedWorkspacesLoop {
  private readonly loop: Loop;
  private readonly removed: Counter<'what'>;
  /** The last one that was looked at: those that cannot be removed stand before no other one. */
  private after: string | null = null;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) private readonly watch: LoopWatch,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.removed = metrics.counter('berth_retention_removed_total');
    this.loop = new Loop({
      name: 'deleted workspaces',
      intervalMs: INTERVAL_MS,
      observer: watch,
      run: async (signal) => this.sweep(signal),
    });
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  /** One was deleted in this moment. */
  wake(): void {
    this.loop.wake();
  }

  /** Waits a little until nothing is left of them in the organization: it cannot be deleted before. */
  async settled(organizationId: string): Promise<void> {
    const deadline = performance.now() + SETTLED_MS;
    while ((await hasDeletedWorkspaces(this.database, organizationId)) && performance.now() < deadline) {
      this.wake();
      await wait(LOOK_MS);
    }
  }

  private async sweep(signal: AbortSignal): Promise<'again' | 'rest'> {
    const ids = await deletedWorkspaces(this.database, this.after, WORKSPACES);
    const removed = await eachAlone(this.database, ids, {
      name: (id) => `workspace ${id}`,
      failed: (item, error) => {
        this.watch.itemFailed('deleted workspaces', item, error);
      },
      work: async (id) => this.removeWhole(id, signal),
    });
    this.removed.inc({ what: 'workspace' }, removed);
    this.after = ids.length < WORKSPACES ? null : (ids.at(-1) ?? null);
    return this.after === null ? 'rest' : 'again';
  }

  private async removeWhole(id: string, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const began = performance.now();
      const outcome = await removeSomeOf(this.database, id, BATCH);
      if (outcome !== 'some') {
        if (outcome === 'all') {
          this.logger.info({ workspaceId: id }, `nothing is left of workspace ${id}, which was deleted`);
        }
        return outcome === 'all';
      }
      const breathMs = Math.min(LONGEST_BREATH_MS, performance.now() - began);
      await wait(breathMs, undefined, { signal }).catch(() => undefined);
    }
    return false;
  }
}
