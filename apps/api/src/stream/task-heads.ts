import { isFinal, isWorking } from '@berth/domain';
import { readTaskHeads, type Sql, type TaskHead } from '@berth/persistence';

interface Followed {
  head: TaskHead | null;
  readonly wakes: Set<() => void>;
}

/** Of a busy process, one look asks for so many. */
const MOST = 2_000;

/** How far the timelines and logs of followed tasks go, read once for all streams of this process. */
export class TaskHeads {
  private readonly followed = new Map<string, Followed>();
  private readonly rung = new Set<string>();

  constructor(
    private readonly sql: Sql,
    /** Who has something to tell, and is woken when the look is over. */
    private readonly due: Set<() => void>,
  ) {}

  /** From now on `wake` is due when the task's timeline or a log of it has become longer, or the task has ended. */
  join(taskId: string, wake: () => void): void {
    const followed = this.followed.get(taskId) ?? { head: null, wakes: new Set() };
    followed.wakes.add(wake);
    this.followed.set(taskId, followed);
    this.rung.add(taskId);
  }

  leave(taskId: string, wake: () => void): void {
    const followed = this.followed.get(taskId);
    followed?.wakes.delete(wake);
    if (followed?.wakes.size === 0) {
      this.followed.delete(taskId);
    }
  }

  /** As far as is known; null where nothing is yet. */
  of(taskId: string): TaskHead | null {
    return this.followed.get(taskId)?.head ?? null;
  }

  /** Somebody said that these are longer. True where one of them is followed. */
  ring(taskIds: Iterable<string>): boolean {
    const before = this.rung.size;
    for (const id of taskIds) {
      if (this.followed.has(id)) {
        this.rung.add(id);
      }
    }
    return this.rung.size > before;
  }

  /** Nobody says which ones. */
  ringAll(): void {
    this.ring(this.followed.keys());
  }

  /** Those that are followed and have not started, whose reason to wait may be another one. */
  get waiting(): readonly string[] {
    const heads = [...this.followed.values()].flatMap(({ head }) => (head === null ? [] : [head]));
    return heads.filter(({ status }) => !isFinal(status) && !isWorking(status)).map(({ id }) => id);
  }

  /** Looks once at those that were rung for. True where there are more. */
  async look(): Promise<boolean> {
    const ids = [...this.rung].slice(0, MOST);
    ids.forEach((id) => this.rung.delete(id));
    if (ids.length === 0) {
      return false;
    }
    let heads: readonly TaskHead[];
    try {
      heads = await readTaskHeads(this.sql, ids);
    } catch (error) {
      this.ring(ids);
      throw error;
    }
    for (const head of heads) {
      const followed = this.followed.get(head.id);
      if (followed !== undefined && JSON.stringify(followed.head) !== JSON.stringify(head)) {
        followed.head = head;
        followed.wakes.forEach((wake) => this.due.add(wake));
      }
    }
    return this.rung.size > 0;
  }
}
