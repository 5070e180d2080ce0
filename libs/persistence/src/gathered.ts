import type { Sql, Together } from './sql.js';

/** One who asks for something that is done to many. */
export interface Asked {
  readonly item: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What has been asked of one transaction in this turn of the event loop. */
export class Gathered {
  private readonly asked = new Map<Together<unknown, unknown>, Asked[]>();

  async add<I, O>(sql: Sql, deed: Together<I, O>, item: I): Promise<O> {
    return new Promise<unknown>((resolve, reject) => {
      const key = deed as unknown as Together<unknown, unknown>;
      const others = this.asked.get(key);
      if (others !== undefined) {
        others.push({ item, resolve, reject });
        return;
      }
      this.asked.set(key, [{ item, resolve, reject }]);
      process.nextTick(() => {
        const all = this.asked.get(key) ?? [];
        this.asked.delete(key);
        void settleAll(sql, key, all);
      });
    }) as Promise<O>;
  }
}

/** Does it for all of them, and gives each its own result, or all the error. */
export async function settleAll(
  sql: Sql,
  deed: Together<unknown, unknown>,
  all: readonly Asked[],
): Promise<void> {
  try {
    const results = await deed.work(
      sql,
      all.map(({ item }) => item),
    );
    all.forEach(({ resolve }, index) => {
      resolve(results[index]);
    });
  } catch (error) {
    all.forEach(({ reject }) => {
      reject(error);
    });
  }
}
