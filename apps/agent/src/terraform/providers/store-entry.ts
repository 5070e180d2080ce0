import { createHash } from 'node:crypto';
import { lstat, mkdir, open, readFile, readdir, readlink, rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { packageHash } from './package-hash.js';
import { readTree, type PackageTree } from './package-tree.js';

const EntryRecord = z.object({
  version: z.literal(1),
  hash: z.string(),
  bytes: z.number(),
  files: z.array(z.object({ path: z.string(), size: z.number(), modifiedNs: z.string(), inode: z.string() })),
});
type EntryRecord = z.infer<typeof EntryRecord>;

export type EntryState = 'intact' | 'changed' | 'gone';

/**
 * One package in the store: `package/`, which slots link to, `entry.json` with its hash and files, whose time is
 * that of the last use, and `users/` with a link back to every link of a slot.
 */
export class StoreEntry {
  constructor(readonly directory: string) {}

  get package(): string {
    return join(this.directory, 'package');
  }

  /** Completes an entry around its package, before it is moved to its place. */
  async describe(hash: string, { files }: PackageTree): Promise<void> {
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    const record: EntryRecord = { version: 1, hash, bytes, files: [...files] };
    await mkdir(this.users);
    const file = await open(this.record, 'wx', 0o444);
    try {
      await file.writeFile(JSON.stringify(record));
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /**
   * Whether the files are the ones that came in, told without reading them: an init that installs writes through
   * a slot's link, and changes their time. The time of the inode does not count: a volume whose owner is set at
   * every start would lose its store.
   */
  async state(): Promise<EntryState> {
    const record = await this.read();
    try {
      const tree = await readTree(this.package);
      const same = record !== null && JSON.stringify(tree?.files) === JSON.stringify(record.files);
      return same ? 'intact' : 'changed';
    } catch (error) {
      ignoreMissing(error);
      return (await exists(this.directory)) ? 'changed' : 'gone';
    }
  }

  /** The same by reading every byte: seconds for a large provider. */
  async stateOfContent(signal: AbortSignal): Promise<EntryState> {
    const state = await this.state();
    const record = await this.read();
    if (state !== 'intact' || record === null) {
      return state;
    }
    const names = record.files.map(({ path }) => path);
    return (await packageHash(this.package, names, signal)) === record.hash ? 'intact' : 'changed';
  }

  async size(): Promise<number> {
    return (await this.read())?.bytes ?? 0;
  }

  /** Zero where the entry is gone. */
  async lastUsedMs(): Promise<number> {
    return lstat(this.record).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
  }

  /** Notes that a slot's link leads here, and that it is used now. Under the store's lock, as is the next. */
  async addUser(link: string): Promise<void> {
    const now = new Date();
    await utimes(this.record, now, now);
    const note = join(this.users, createHash('sha256').update(link).digest('hex').slice(0, 32));
    await rm(note, { force: true });
    await symlink(link, note);
  }

  /** Whether a slot links here still; notes of those that do not any more are removed. */
  async isLinked(): Promise<boolean> {
    let linked = false;
    for (const name of await readdir(this.users).catch(() => [])) {
      const note = join(this.users, name);
      const link = await readlink(note).catch(() => null);
      if (link !== null && (await readlink(link).catch(() => null)) === this.package) {
        linked = true;
      } else {
        await rm(note, { force: true });
      }
    }
    return linked;
  }

  private get record(): string {
    return join(this.directory, 'entry.json');
  }

  private get users(): string {
    return join(this.directory, 'users');
  }

  private async read(): Promise<EntryRecord | null> {
    try {
      return EntryRecord.parse(JSON.parse(await readFile(this.record, 'utf8')));
    } catch {
      return null;
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function ignoreMissing(error: unknown): void {
  if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) {
    throw error;
  }
}
