import { LoopWatch, Metrics } from '@berth/observability';
import { Database, openDeadLetters } from '@berth/persistence';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';

const INTERVAL_MS = 15_000;

/** Counts the dead letters that wait for a person, for the alarm in docker/prometheus/alerts.yml. */
@Injectable()
export class DeadLetterCountLoop {
  private readonly loop: Loop;

  constructor(
    @Inject(Database) database: Database,
    @Inject(LoopWatch) watch: LoopWatch,
    @Inject(Metrics) metrics: Metrics,
  ) {
    const open = metrics.gauge(
      'berth_dead_letters_open',
      'Dead letters neither replayed nor discarded; every scheduler tells the same number',
      [],
    );
    this.loop = new Loop({
      name: 'dead_letter_count',
      intervalMs: INTERVAL_MS,
      observer: watch,
      run: async () => {
        open.set(await openDeadLetters(database));
        return 'rest';
      },
    });
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }
}
