import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LOCK_FILE_NAME } from '../providers/lock-file.js';
import { ProviderLink, type SlotProviders } from '../providers/slot-providers.js';

const SavedInit = z.object({
  version: z.literal(1),
  lockFile: z.string().nullable(),
  providers: z.array(ProviderLink),
  /** Modules from elsewhere may be others by then; null where all are the configuration's own. */
  expiresAt: z.number().nullable(),
});
type SavedInit = z.infer<typeof SavedInit>;

const ModulesFile = z.object({ Modules: z.array(z.object({ Source: z.string() })).default([]) });

export interface SavedInitsSettings {
  readonly directory: string;
  /** For how long an init with modules from a registry or another repository may stand for a later one, in ms. */
  readonly remoteModulesMs: number;
}

/** Of a configuration without modules one has some 10 KB. */
const MAX_KEPT = 200;
const RECORD = 'init.json';
const CONTENT = 'terraform';

/**
 * What inits have left behind, by the digest of what they had begun with: another slot of this agent begins where such an
 * init has ended. Providers are links into the store again, and everything else in `.terraform` is copied.
 */
export class SavedInits {
  constructor(private readonly settings: SavedInitsSettings) {}

  /** False where no such init is known any more; then the directory has no `.terraform`. @throws TaskFailure */
  async restore(digest: string, directory: string, providers: SlotProviders): Promise<boolean> {
    const saved = await this.read(digest);
    if (saved === null) {
      return false;
    }
    const target = join(directory, '.terraform');
    try {
      if (await providers.relink(saved.providers)) {
        await cp(join(this.placeOf(digest), CONTENT), target, { recursive: true, verbatimSymlinks: true });
        if (saved.lockFile !== null) {
          await writeFile(join(directory, LOCK_FILE_NAME), saved.lockFile);
        }
        return true;
      }
    } catch (error) {
      // Another process has let go of it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        throw error;
      }
    }
    await rm(target, { recursive: true, force: true });
    await this.forget(digest);
    return false;
  }

  /** Keeps what an init has left in this directory, under each of these digests. */
  async save(digests: readonly string[], directory: string, providers: SlotProviders): Promise<void> {
    const expiresAt = await this.expiry(directory);
    const links = await providers.links();
    if ((expiresAt !== null && expiresAt <= Date.now()) || links.some(({ target }) => target === null)) {
      return;
    }
    const lockFile = await readFile(join(directory, LOCK_FILE_NAME), 'utf8').catch(() => null);
    for (const digest of new Set(digests)) {
      await this.keep(digest, directory, { version: 1, lockFile, providers: links, expiresAt });
    }
    await this.tidy();
  }

  async forget(digest: string): Promise<void> {
    await rm(this.placeOf(digest), { recursive: true, force: true });
  }

  private async keep(digest: string, directory: string, saved: SavedInit): Promise<void> {
    const draft = join(this.settings.directory, `.${randomUUID()}`);
    await mkdir(join(draft, CONTENT), { recursive: true, mode: 0o700 });
    try {
      const content = join(directory, '.terraform');
      await cp(content, join(draft, CONTENT), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (path) => path !== join(content, 'providers'),
      }).catch(ignoreMissing);
      await writeFile(join(draft, RECORD), JSON.stringify(saved), { mode: 0o600 });
      await rename(draft, this.placeOf(digest)).catch(ignoreThere);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  private async read(digest: string): Promise<SavedInit | null> {
    const record = join(this.placeOf(digest), RECORD);
    try {
      const saved = SavedInit.parse(JSON.parse(await readFile(record, 'utf8')));
      if (saved.expiresAt !== null && saved.expiresAt <= Date.now()) {
        await this.forget(digest);
        return null;
      }
      const now = new Date();
      await utimes(record, now, now);
      return saved;
    } catch {
      return null;
    }
  }

  /** Null: for ever. */
  private async expiry(directory: string): Promise<number | null> {
    const text = await readFile(join(directory, '.terraform', 'modules', 'modules.json'), 'utf8').catch(
      () => '{}',
    );
    const modules = ModulesFile.parse(JSON.parse(text)).Modules;
    const isOwn = modules.every(({ Source: source }) => source === '' || /^\.\.?\//.test(source));
    return isOwn ? null : Date.now() + this.settings.remoteModulesMs;
  }

  /** The longest unused ones go. */
  private async tidy(): Promise<void> {
    const saved = (await usesIn(this.settings.directory)).filter(({ name }) => !name.startsWith('.'));
    const unused = saved.sort((a, b) => b.at - a.at).slice(MAX_KEPT);
    await Promise.all(unused.map(async ({ name }) => this.forget(name)));
  }

  private placeOf(digest: string): string {
    return join(this.settings.directory, digest);
  }
}

/** Removes those that no run has begun with in so long, and drafts that a crash has left. Gives their names. */
export async function removeUnusedInits(directory: string, unusedMs: number): Promise<string[]> {
  const unused = (await usesIn(directory)).filter(({ at }) => at < Date.now() - unusedMs);
  await Promise.all(
    unused.map(async ({ name }) => rm(join(directory, name), { recursive: true, force: true })),
  );
  return unused.map(({ name }) => name);
}

/** What lies there and when each was used last; of what has no record, when it was made. */
async function usesIn(directory: string): Promise<{ name: string; at: number }[]> {
  const names = await readdir(directory).catch(() => []);
  return Promise.all(
    names.map(async (name) => {
      const place = join(directory, name);
      const found = await stat(join(place, RECORD)).catch(async () => stat(place).catch(() => null));
      return { name, at: found?.mtimeMs ?? 0 };
    }),
  );
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
    throw error;
  }
}

/** Another slot was quicker, with the same. */
function ignoreThere(error: unknown): void {
  if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) {
    throw error;
  }
}
