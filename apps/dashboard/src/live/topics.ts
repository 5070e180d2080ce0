import type { LogPhase } from '../logs/log-phase.js';

/** What a page can be told of (`GET /api/v1/stream`). */
export type Topic =
  'tasks' | 'slots' | 'agents' | 'dead-letters' | `task:${string}` | `log:${string}:${LogPhase}`;

/** The topics that the parts of a page watch; one that several watch is one. */
export class Topics {
  private readonly watchers = new Map<Topic, number>();

  constructor(private readonly onChange: () => void) {}

  /** @returns what ends the watching */
  watch(topic: Topic): () => void {
    this.count(topic, 1);
    return () => {
      this.count(topic, -1);
    };
  }

  all(): Topic[] {
    return [...this.watchers.keys()].sort();
  }

  private count(topic: Topic, by: number): void {
    const before = this.watchers.get(topic) ?? 0;
    if (before + by === 0) {
      this.watchers.delete(topic);
    } else {
      this.watchers.set(topic, before + by);
    }
    if (before === 0 || before + by === 0) {
      this.onChange();
    }
  }
}
