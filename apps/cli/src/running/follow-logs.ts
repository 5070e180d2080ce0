import type { Client } from '@berth/client';

/** What has a log of its own. */
export type Phase = 'plan' | 'apply' | 'build';

export interface LogListener {
  /** A piece of a log, whole characters. */
  onLog(phase: Phase, text: string): void;
}

/** Follows the logs of one phase after the other. */
export class LogFollower {
  private following: Promise<void> = Promise.resolve();
  /** Those that have begun, in their order. */
  private readonly begun: Phase[] = [];
  private readonly end = new AbortController();

  constructor(
    private readonly client: Client,
    private readonly id: string,
    private readonly offsets: Map<Phase, number>,
    private readonly listener: LogListener,
  ) {}

  /** The log of a phase that has begun, behind what is being told already. */
  begin(phase: Phase, signal: AbortSignal): void {
    if (this.begun.at(-1) !== phase) {
      this.begun.push(phase);
      const before = this.following;
      this.following = before.then(async () =>
        this.follow(phase, AbortSignal.any([signal, this.end.signal])),
      );
      // It is waited for in the end, and its failure thrown there.
      this.following.catch(() => undefined);
    }
  }

  /** Tells what is there and not told yet, and follows no more: the run says nothing while it rests. */
  async finish(): Promise<void> {
    await this.stop();
    for (const phase of this.begun) {
      await this.tellRest(phase);
    }
  }

  async stop(): Promise<void> {
    this.end.abort(STOPPED);
    await this.following.catch((error: unknown) => {
      if (error !== STOPPED) {
        throw error;
      }
    });
  }

  private async follow(phase: Phase, signal: AbortSignal): Promise<void> {
    const params = { path: { id: this.id }, query: { phase } };
    const lastEventId = String(this.offsets.get(phase) ?? 0);
    const stream = this.client.follow('/api/v1/tasks/{id}/logs', { params, signal, lastEventId });
    for await (const { data } of stream) {
      this.tell(phase, data.text);
    }
  }

  private async tellRest(phase: Phase): Promise<void> {
    for (;;) {
      const query = { phase, offset: this.offsets.get(phase) ?? 0 };
      const text = await this.client.get('/api/v1/tasks/{id}/logs', {
        params: { path: { id: this.id }, query },
      });
      // A long rest comes in pieces, which may end within a character.
      const whole = text.replace(/\ufffd{1,3}$/, '');
      if (whole === '') {
        return;
      }
      this.tell(phase, whole);
    }
  }

  private tell(phase: Phase, text: string): void {
    this.offsets.set(phase, (this.offsets.get(phase) ?? 0) + Buffer.byteLength(text));
    this.listener.onLog(phase, text);
  }
}

const STOPPED = new Error('no longer followed');
