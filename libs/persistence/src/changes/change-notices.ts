import type { Pool, PoolClient } from 'pg';

/** What of the tenants' data was changed, as a trigger names it. */
export interface NoticedChange {
  readonly kind: string;
  readonly organizationIds: readonly (string | null)[];
  readonly refs: readonly string[];
}

/** What our triggers call their notices. */
const NOTICE = 'berth.changes';

interface Notice {
  readonly message?: string | undefined;
  readonly detail?: string | undefined;
}

/**
 * Hears what the triggers on watched tables say to the connection that has changed something, and hands it on when the
 * connection is given back to its pool: by then it is committed. What was rolled back is nobody's concern.
 */
export class ChangeNotices {
  private readonly heard = new WeakMap<PoolClient, NoticedChange[]>();
  private listener: ((changes: readonly NoticedChange[]) => void) | undefined;

  constructor(pool: Pool) {
    pool.on('acquire', (client) => {
      this.hear(client);
    });
    pool.on('release', (_error, client) => {
      this.handOn(client);
    });
  }

  /** One listener, who is quick and throws nothing. */
  listen(listener: (changes: readonly NoticedChange[]) => void): void {
    this.listener = listener;
  }

  /** The transaction was rolled back. */
  forget(client: PoolClient): void {
    this.heard.get(client)?.splice(0);
  }

  private hear(client: PoolClient): void {
    if (this.heard.has(client)) {
      return;
    }
    const heard: NoticedChange[] = [];
    this.heard.set(client, heard);
    client.on('notice', ({ message, detail }: Notice) => {
      if (message === NOTICE && detail !== undefined) {
        heard.push(JSON.parse(detail) as NoticedChange);
      }
    });
  }

  private handOn(client: PoolClient): void {
    const changes = this.heard.get(client)?.splice(0) ?? [];
    if (changes.length > 0) {
      this.listener?.(changes);
    }
  }
}
