import { lstat, mkdir, readdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { diskFailure } from '../../failures/disk-failure.js';
import { TaskFailure } from '../../failures/task-failure.js';
import { LOCK_FILE_NAME, readLockFile } from './lock-file.js';
import { isHash1 } from './package-hash.js';
import { nameOf, packageOf, pathOf, PLATFORM, type ProviderPackage } from './provider-package.js';
import { packagesBelow, ProviderStore, type ProviderStoreSettings, type Taken } from './provider-store.js';
import type { EntryState, StoreEntry } from './store-entry.js';

export interface SlotProvidersSettings {
  readonly store: ProviderStoreSettings;
  /** The directory that init runs in. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** Takes a line of the run's log. */
  readonly say: (line: string) => void;
}

/** A package of a slot: its path as terraform has it, where that leads, and its hash where that is the store. */
export const ProviderLink = z.object({
  path: z.string(),
  target: z.string().nullable(),
  hash: z.string().nullable(),
});
export type ProviderLink = z.infer<typeof ProviderLink>;

/** Also of a run that was stopped. */
const DROP_MS = 60_000;

const SAID: Readonly<Record<Taken, string>> = {
  taken: 'taken into the store',
  linked: 'unpacked by init and replaced by a link to the store, which has it',
  left: 'left in the slot, because it holds more than files and directories',
};

/** The providers of one slot: links into the store before init, what init unpacked into the store after it. */
export class SlotProviders {
  private readonly store: ProviderStore;
  private readonly linked: { readonly provider: ProviderPackage; readonly entry: StoreEntry }[] = [];

  constructor(private readonly settings: SlotProvidersSettings) {
    this.store = new ProviderStore(settings.store);
  }

  /**
   * Runs an init between the two, in a `.terraform` that has nothing, or nothing but the modules of a plan.
   * @throws TaskFailure, or what init throws
   */
  async around<T>(init: () => Promise<T>, kept: readonly 'modules'[] = []): Promise<T> {
    await this.guarded(async () => {
      // A link in it that a configuration brought along would be written through.
      await emptyBut(join(this.settings.directory, '.terraform'), kept);
      await this.linkLocked();
    });
    let result: T;
    try {
      result = await init();
    } catch (error) {
      // Damage that left no trace but a wrong hash, where init may not write through the link and only fails.
      const { signal } = this.settings;
      await this.guarded(async () =>
        this.checkLinked(async (entry) => (signal.aborted ? entry.state() : entry.stateOfContent(signal))),
      );
      throw error;
    }
    await this.guarded(async () => {
      await this.checkLinked(async (entry) => entry.state());
      await this.takeUnpacked();
    });
    return result;
  }

  /** Where the slot's packages lie, for another slot that is to begin where this one's init has ended. */
  async links(): Promise<ProviderLink[]> {
    const packages = await packagesBelow(this.packages);
    return Promise.all(
      packages.map(async ({ provider, path }) => {
        const target = await readlink(path).catch(() => null);
        return { path: pathOf(provider), target, hash: target === null ? null : this.store.hashAt(target) };
      }),
    );
  }

  /** Makes the links of another slot. False where one of its packages is there no more. @throws TaskFailure */
  async relink(links: readonly ProviderLink[]): Promise<boolean> {
    let complete = true;
    await this.guarded(async () => {
      for (const link of links) {
        complete &&= await this.relinkOne(link);
      }
    });
    return complete;
  }

  /** Whether every package of the slot is the store's, which has compared each with its hash and let nobody write it. */
  async allOfStore(): Promise<boolean> {
    return (await this.links()).every(({ hash }) => hash !== null);
  }

  /** The store's packages that this slot links to are as they came in; told in milliseconds. @throws TaskFailure */
  async checkIntact(): Promise<void> {
    await this.guarded(async () => {
      for (const { path, target } of await this.links()) {
        const entry = target === null ? null : this.store.entryAt(target);
        const provider = packageOf(path.split('/'));
        if (entry !== null && provider !== null) {
          await this.dropUnlessIntact(provider, entry, await entry.state());
        }
      }
    });
  }

  private async relinkOne({ path, target, hash }: ProviderLink): Promise<boolean> {
    const provider = packageOf(path.split('/'));
    if (provider === null || target === null) {
      return false;
    }
    const { signal } = this.settings;
    const link = join(this.packages, path);
    if (hash !== null) {
      return (await this.store.link({ provider, link, hashes: [hash], signal })) !== null;
    }
    if (!(await lstat(target).catch(() => null))?.isDirectory()) {
      return false;
    }
    await mkdir(dirname(link), { recursive: true });
    await symlink(target, link);
    return true;
  }

  /** Only with a hash of the lock file: with any other, init would install through the link, into the store. */
  private async linkLocked(): Promise<void> {
    for (const [path, { provider, hashes }] of await this.locked()) {
      const { signal } = this.settings;
      const entry = await this.store.link({ provider, link: join(this.packages, path), hashes, signal });
      if (entry !== null) {
        this.linked.push({ provider, entry });
        this.settings.say(`provider ${nameOf(provider)}: linked from the store`);
      }
    }
  }

  private async checkLinked(stateOf: (entry: StoreEntry) => Promise<EntryState>): Promise<void> {
    for (const { provider, entry } of this.linked) {
      await this.dropUnlessIntact(provider, entry, await stateOf(entry));
    }
  }

  private async dropUnlessIntact(
    provider: ProviderPackage,
    entry: StoreEntry,
    state: EntryState,
  ): Promise<void> {
    if (state === 'intact') {
      return;
    }
    await this.store.drop(entry, AbortSignal.timeout(DROP_MS));
    throw TaskFailure.transient(
      'PROVIDER_STORE_CHANGED',
      `Provider ${nameOf(provider)} in the store was changed while this slot linked to it, and was removed: ${entry.directory}. The next attempt fetches it anew.`,
    );
  }

  private async takeUnpacked(): Promise<void> {
    const locked = await this.locked();
    let took = false;
    for (const { provider, path } of await packagesBelow(this.packages)) {
      if ((await lstat(path)).isDirectory()) {
        const hashes = locked.get(pathOf(provider))?.hashes ?? [];
        const { signal } = this.settings;
        signal.throwIfAborted();
        const taken = await this.store.take({ provider, link: path, hashes, signal });
        took ||= taken === 'taken';
        this.settings.say(`provider ${nameOf(provider)}: ${SAID[taken]}`);
      }
    }
    if (took) {
      await this.store.tidy(this.settings.signal).catch((error: unknown) => {
        this.settings.say(`the store of providers could not be tidied: ${String(error)}`);
      });
    }
  }

  /** The h1 hashes of the lock file, by the path of the package; those of archives (zh) say nothing of a directory. */
  private async locked(): Promise<Map<string, { provider: ProviderPackage; hashes: string[] }>> {
    const text = await readFile(join(this.settings.directory, LOCK_FILE_NAME), 'utf8').catch(() => '');
    const found = new Map<string, { provider: ProviderPackage; hashes: string[] }>();
    for (const { address, version, hashes } of readLockFile(text)) {
      const provider = packageOf([...address.split('/'), version, PLATFORM]);
      if (provider !== null) {
        found.set(pathOf(provider), { provider, hashes: hashes.filter(isHash1) });
      }
    }
    return found;
  }

  private get packages(): string {
    return join(this.settings.directory, '.terraform', 'providers');
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.settings.signal.throwIfAborted();
      throw diskFailure(error, this.settings.store.directory);
    }
  }
}

async function emptyBut(directory: string, kept: readonly string[]): Promise<void> {
  if (kept.length === 0) {
    await rm(directory, { recursive: true, force: true });
    return;
  }
  for (const name of await readdir(directory).catch(() => [])) {
    if (!kept.includes(name)) {
      await rm(join(directory, name), { recursive: true, force: true });
    }
  }
}
