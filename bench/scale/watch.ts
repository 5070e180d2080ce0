import { setTimeout as wait } from 'node:timers/promises';

const LOOK_MS = 5;

/** Tells when work has ended: one look for all that is waited for, as often as one page could. */
export class Watch {
  private readonly waiting = new Map<string, () => void>();
  private isOver = false;
  private failure: unknown;

  /** @param ended of these ids, those whose end is recorded in the database */
  constructor(private readonly ended: (ids: readonly string[]) => Promise<readonly string[]>) {
    void this.look();
  }

  async recorded(id: string): Promise<void> {
    if (this.failure !== undefined) {
      throw this.failure;
    }
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
    });
  }

  end(): void {
    this.isOver = true;
  }

  private async look(): Promise<void> {
    try {
      while (!this.isOver) {
        for (const id of await this.ended([...this.waiting.keys()])) {
          this.waiting.get(id)?.();
          this.waiting.delete(id);
        }
        await wait(LOOK_MS);
      }
    } catch (error) {
      this.failure = error;
      this.waiting.forEach((resolve) => {
        resolve();
      });
    }
  }
}
