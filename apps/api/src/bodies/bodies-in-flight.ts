import { AsyncLocalStorage } from 'node:async_hooks';
import type { Counter, Gauge, Metrics } from '@berth/observability';
import type { NextFunction, Request, Response } from 'express';
import { ProblemError } from '../problems/problem-error.js';

/** Smaller ones are not counted: they are many, and soon over. */
const COUNTED_BYTES = 256 * 1024;
const WAIT_MS = 5_000;
const RETRY_AFTER = 5;
/** A reader of a large answer who takes nothing for so long is cut off: the answer holds room. */
const IDLE_MS = 60_000;

interface Waiting {
  readonly lease: Lease;
  readonly bytes: number;
  readonly settle: (outcome: 'taken' | 'refused') => void;
}

/** What one request holds, until its answer is over. */
interface Lease {
  readonly response: Response;
  readonly of: BodiesInFlight;
  held: number;
  isOver: boolean;
}

const LEASES = new AsyncLocalStorage<Lease>();

export interface RoomForBodies {
  readonly maxBytes: number;
  readonly metrics: Metrics;
  readonly waitMs?: number;
}

/**
 * How many bytes of large bodies this process has in hand at once, of what comes and of what goes: without a bound, some
 * uploads at the same time are the end of its memory, and of every other request. Whoever finds no room waits for a moment,
 * in the order of their coming, then is asked to come again. One body that is larger than the bound goes alone.
 */
export class BodiesInFlight {
  private taken = 0;
  private readonly waiting: Waiting[] = [];
  private readonly inFlight: Gauge;
  private readonly refused: Counter;

  constructor(private readonly room: RoomForBodies) {
    this.inFlight = room.metrics.gauge('berth_bodies_in_flight_bytes');
    this.refused = room.metrics.counter('berth_bodies_refused_total');
    this.inFlight.set(0);
    this.refused.inc(0);
  }

  /** The middleware: what a request takes is free again when its answer is over. */
  readonly watch = (_request: Request, response: Response, next: NextFunction): void => {
    const lease: Lease = { response, of: this, held: 0, isOver: false };
    response.once('close', () => {
      this.end(lease);
    });
    LEASES.run(lease, next);
  };

  /** @throws ProblemError 503 */
  async take(lease: Lease, bytes: number): Promise<void> {
    if (bytes < COUNTED_BYTES || lease.isOver) {
      return;
    }
    // Who holds some already is never made to wait: two of them could wait for each other.
    if (lease.held > 0 || (this.waiting.length === 0 && this.fits(bytes))) {
      this.add(lease, bytes);
      return;
    }
    if ((await this.waitFor(lease, bytes)) === 'refused') {
      this.refused.inc();
      const mb = (this.room.maxBytes / 1024 / 1024).toFixed(0);
      throw new ProblemError(
        503,
        'BODIES_IN_FLIGHT',
        `the api has ${mb} MB of bodies in hand, as many as it may (BERTH_BODIES_IN_FLIGHT_MB): try again soon`,
        { retryAfter: RETRY_AFTER },
      );
    }
  }

  /** It was less than what had to be thought. */
  giveBack(lease: Lease, bytes: number): void {
    if (bytes >= COUNTED_BYTES && !lease.isOver) {
      this.add(lease, -Math.min(bytes, lease.held));
      this.letIn();
    }
  }

  private async waitFor(lease: Lease, bytes: number): Promise<'taken' | 'refused'> {
    return new Promise((resolve) => {
      const entry: Waiting = {
        lease,
        bytes,
        settle: (outcome) => {
          clearTimeout(timer);
          this.waiting.splice(this.waiting.indexOf(entry), 1);
          resolve(outcome);
          this.letIn();
        },
      };
      const timer = setTimeout(() => {
        entry.settle('refused');
      }, this.room.waitMs ?? WAIT_MS);
      this.waiting.push(entry);
    });
  }

  private end(lease: Lease): void {
    lease.isOver = true;
    this.taken -= lease.held;
    lease.held = 0;
    this.inFlight.set(this.taken);
    this.waiting.find((one) => one.lease === lease)?.settle('refused');
    this.letIn();
  }

  private letIn(): void {
    const [first] = this.waiting;
    if (first !== undefined && this.fits(first.bytes)) {
      this.add(first.lease, first.bytes);
      first.settle('taken');
    }
  }

  private fits(bytes: number): boolean {
    return this.taken === 0 || this.taken + bytes <= this.room.maxBytes;
  }

  private add(lease: Lease, bytes: number): void {
    lease.held += bytes;
    this.taken += bytes;
    this.inFlight.set(this.taken);
  }
}

/** Waits for room for a body of the present request. @throws ProblemError 503 where there is none */
export async function roomForBody(bytes: number): Promise<void> {
  const lease = LEASES.getStore();
  await lease?.of.take(lease, bytes);
}

/** The body turned out to be so much smaller. */
export function giveRoomBack(bytes: number): void {
  const lease = LEASES.getStore();
  lease?.of.giveBack(lease, bytes);
}

/** The same for what is read to be answered. @throws ProblemError 503 where there is none */
export async function roomForAnswer(bytes: number): Promise<void> {
  const lease = LEASES.getStore();
  await lease?.of.take(lease, bytes);
  lease?.response.setTimeout(IDLE_MS, () => {
    lease.response.destroy();
  });
}
