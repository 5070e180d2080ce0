import { AGENT_STATUSES, SLOT_STATES, WaitingCode } from '@berth/domain';
import { LabelCap, Metrics, type Gauge } from '@berth/observability';
import {
  countAllSlots,
  countFleet,
  countQueue,
  countReservations,
  Database,
  namePools,
  openDeadLetters,
  RESERVATION_AGES,
  type AgentCount,
  type NamedPool,
  type QueueCount,
  type ReservationCount,
  type SlotCount,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';

/** So many pools and platforms have names of their own; all others are told of as one. */
const NAMED = 50;
const OTHER = 'other';
const WAITING_CODES = Object.values(WaitingCode);

/** What is true of the whole system at a moment. */
export interface SystemCounts {
  readonly pools: readonly NamedPool[];
  readonly queue: readonly QueueCount[];
  readonly agents: readonly AgentCount[];
  readonly slots: readonly SlotCount[];
  readonly reservations: readonly ReservationCount[];
  readonly deadLetters: number;
}

/** The gauges that one scheduler sets, and all others leave out. */
@Injectable()
export class SystemGauges {
  private readonly depth: Gauge<'pool' | 'reason'>;
  private readonly oldest: Gauge<'pool' | 'reason'>;
  private readonly slots: Gauge<'pool' | 'state'>;
  private readonly reservations: Gauge<'pool' | 'age'>;
  private readonly agents: Gauge<'pool' | 'state'>;
  private readonly unwell: Gauge<'pool'>;
  private readonly builds: Gauge<'platform'>;
  private readonly workers: Gauge<'state'>;
  private readonly deadLetters: Gauge;
  private readonly platforms = new LabelCap(NAMED);
  private telling = false;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.depth = metrics.gauge('berth_queue_depth');
    this.oldest = metrics.gauge('berth_queue_oldest_seconds');
    this.slots = metrics.gauge('berth_slots');
    this.reservations = metrics.gauge('berth_reservations');
    this.agents = metrics.gauge('berth_agents');
    this.unwell = metrics.gauge('berth_agents_unwell');
    this.builds = metrics.gauge('berth_build_queue_depth');
    this.workers = metrics.gauge('berth_build_workers');
    this.deadLetters = metrics.gauge('berth_dead_letters_open');
    this.silence();
  }

  get isTelling(): boolean {
    return this.telling;
  }

  /** One after the other: they may wait, and the claims' connections are not theirs. */
  async count(): Promise<SystemCounts> {
    const { database } = this;
    return {
      pools: await namePools(database, NAMED),
      queue: await countQueue(database),
      agents: await countFleet(database),
      slots: await countAllSlots(database),
      reservations: await countReservations(database),
      deadLetters: await openDeadLetters(database),
    };
  }

  tell({ pools, queue, agents, slots, reservations, deadLetters }: SystemCounts): void {
    this.silence();
    this.telling = true;
    const names = new Map(pools.map(({ poolId, name }) => [poolId, name]));
    const poolOf = ({ poolId }: { readonly poolId: string }): string => names.get(poolId) ?? OTHER;
    // Zeros are told as well: a panel shows them, and an alarm ends by them.
    for (const pool of names.values()) {
      WAITING_CODES.forEach((reason) => {
        this.depth.set({ pool, reason }, 0);
        this.oldest.set({ pool, reason }, 0);
      });
      SLOT_STATES.forEach((state) => {
        this.slots.set({ pool, state }, 0);
      });
      AGENT_STATUSES.forEach((state) => {
        this.agents.set({ pool, state }, 0);
      });
      this.unwell.set({ pool }, 0);
      RESERVATION_AGES.forEach((age) => {
        this.reservations.set({ pool, age }, 0);
      });
    }
    AGENT_STATUSES.forEach((state) => {
      this.workers.set({ state }, 0);
    });
    this.tellQueue(queue, poolOf);
    slots.forEach((one) => {
      this.slots.inc({ pool: poolOf(one), state: one.state }, one.count);
    });
    reservations.forEach((one) => {
      this.reservations.inc({ pool: poolOf(one), age: one.age }, one.count);
    });
    agents.forEach((one) => {
      if (one.kind === 'worker') {
        this.workers.inc({ state: one.state }, one.count);
      } else {
        this.agents.inc({ pool: poolOf(one), state: one.state }, one.count);
        this.unwell.inc({ pool: poolOf(one) }, one.unwell);
      }
    });
    this.deadLetters.set(deadLetters);
  }

  /** Not zero, which would be a statement: nothing. */
  silence(): void {
    this.telling = false;
    for (const gauge of [
      this.depth,
      this.oldest,
      this.slots,
      this.reservations,
      this.agents,
      this.unwell,
      this.builds,
      this.workers,
    ]) {
      gauge.reset();
    }
    // A reset sets what has no labels to zero.
    this.deadLetters.remove();
  }

  private tellQueue(queue: readonly QueueCount[], poolOf: (count: QueueCount) => string): void {
    const oldest = new Map<string, { pool: string; reason: WaitingCode; seconds: number }>();
    for (const count of queue) {
      const [pool, { reason }] = [poolOf(count), count];
      this.depth.inc({ pool, reason }, count.count);
      const before = oldest.get(`${pool} ${reason}`)?.seconds ?? 0;
      oldest.set(`${pool} ${reason}`, { pool, reason, seconds: Math.max(before, count.oldestSeconds) });
      if (count.platform !== null) {
        this.builds.inc({ platform: this.platforms.of(count.platform) }, count.count);
      }
    }
    for (const { pool, reason, seconds } of oldest.values()) {
      this.oldest.set({ pool, reason }, seconds);
    }
  }
}
