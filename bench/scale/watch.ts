import { setTimeout as wait } from 'node:timers/promises';

const LOOK_MS = 5;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Tells when work has ended: one look for all that is waited for, as often as one page could. */
export class Watch {
  private readonly waiting = new Map<string, Waiting>();
  private isOver = false;

  /** @param ended of these ids, those whose end is recorded in the database */
  constructor(private readonly ended: (ids: readonly string[]) => Promise<readonly string[]>) {
    this.look().catch((error: unknown) => {
      this.waiting.forEach(({ reject }) => {
        reject(error);
      });
    });
  }

  async recorded(id: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
    });
  }

  end(): void {
    this.isOver = true;
  }

  private async look(): Promise<void> {
    while (!this.isOver) {
      for (const id of await this.ended([...this.waiting.keys()])) {
        this.waiting.get(id)?.resolve();
        this.waiting.delete(id);
      }
      await wait(LOOK_MS);
    }
  }
}
