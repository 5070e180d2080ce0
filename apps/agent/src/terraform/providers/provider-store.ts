import { randomUUID } from 'node:crypto';
import { cp, lstat, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncDirectory } from '../../disk/durable-file.js';
import { acquireLock } from '../../disk/file-lock.js';
import { TaskFailure } from '../../failures/task-failure.js';
import { chooseEvictions } from './eviction.js';
import { packageHash } from './package-hash.js';
import { readTree, removeTree, sealTree, type PackageTree } from './package-tree.js';
import { nameOf, packageOf, pathOf, type ProviderPackage } from './provider-package.js';
import { StoreEntry } from './store-entry.js';

export interface ProviderStoreSettings {
  /** On one file system with the slots, or every entry is copied. */
  readonly directory: string;
  readonly maxBytes: number;
}

export interface LinkRequest {
  readonly provider: ProviderPackage;
  /** Where terraform unpacks it, or a link to the store lies instead. */
  readonly link: string;
  /** What the lock file says, of whatever platform. */
  readonly hashes: readonly string[];
  readonly signal: AbortSignal;
}

/** `linked`: the store had it. `left`: it holds links or devices and stays in its slot. */
export type Taken = 'taken' | 'linked' | 'left';

/** Not of a process that is still at it: a large package is taken in within seconds. */
const LEFTOVER_MS = 60 * 60_000;
const STAGING = '.staging';
const LOCK = '.lock';
/** Host, namespace, type, version, platform. */
const LEVELS = 5;
/** What is on its way out. */
const ASIDE = 'removed-';

/**
 * Provider packages, each in one copy that nobody writes again: `<host>/<namespace>/<type>/<version>/<platform>/<hash>`.
 * A package comes and goes by one rename. Between looking at an entry and noting a link to it the lock is held, for
 * milliseconds, so that no other slot or process lets go of what is being linked to.
 */
export class ProviderStore {
  constructor(private readonly settings: ProviderStoreSettings) {}

  /** Links to the package that has one of these hashes; null where the store has none of them. */
  async link({ provider, link, hashes, signal }: LinkRequest): Promise<StoreEntry | null> {
    for (const hash of hashes) {
      const entry = this.entry(provider, hash);
      if ((await entry.state()) === 'gone') {
        continue;
      }
      const linked = await this.locked(signal, async () => {
        if (!(await this.isIntact(entry))) {
          return false;
        }
        await mkdir(dirname(link), { recursive: true });
        await symlink(entry.package, link);
        await entry.addUser(link);
        return true;
      });
      if (linked) {
        return entry;
      }
    }
    return null;
  }

  /**
   * Takes in what init unpacked into a slot and leaves a link in its place.
   * @throws TaskFailure, or the signal's reason
   */
  async take(request: LinkRequest): Promise<Taken> {
    const { link } = request;
    if ((await readTree(link)) === null) {
      return 'left';
    }
    const staging = join(this.settings.directory, STAGING, randomUUID());
    await mkdir(staging, { recursive: true });
    try {
      const staged = new StoreEntry(staging);
      await move(link, staged.package);
      if ((await this.link(request)) !== null) {
        return 'linked';
      }
      return await this.publish(request, staged);
    } finally {
      await removeTree(staging);
    }
  }

  /** What was changed is given to nobody any more. */
  async drop(entry: StoreEntry, signal: AbortSignal): Promise<void> {
    await this.locked(signal, async () => this.setAside(entry));
    await this.removeAside();
  }

  /** Keeps the store within its size, and removes what crashes left behind. */
  async tidy(signal: AbortSignal): Promise<void> {
    await this.locked(signal, async () => {
      const candidates = [];
      for (const entry of await this.entries()) {
        candidates.push({
          entry,
          bytes: await entry.size(),
          lastUsedMs: await entry.lastUsedMs(),
          inUse: await entry.isLinked(),
        });
      }
      for (const { entry } of chooseEvictions(candidates, this.settings.maxBytes)) {
        await this.setAside(entry);
      }
    });
    await this.removeAside();
  }

  /** The entry whose package lies there, null where that is not in this store. */
  entryAt(path: string): StoreEntry | null {
    const { directory } = this.settings;
    const isInside = path.startsWith(`${directory}/`) && basename(path) === 'package';
    return isInside ? new StoreEntry(dirname(path)) : null;
  }

  /** The hash of the package that lies there, null where that is not in this store. */
  hashAt(path: string): string | null {
    const entry = this.entryAt(path);
    const hex = entry === null ? null : /^h1-([0-9a-f]+)$/.exec(basename(entry.directory))?.[1];
    return hex === null || hex === undefined ? null : `h1:${Buffer.from(hex, 'hex').toString('base64')}`;
  }

  private entry(provider: ProviderPackage, hash: string): StoreEntry {
    const { directory } = this.settings;
    return new StoreEntry(join(directory, pathOf(provider), entryName(hash)));
  }

  private async publish(request: LinkRequest, staged: StoreEntry): Promise<Taken> {
    const { provider, link, signal } = request;
    const { hash, tree } = await this.verify(request, staged);
    await sealTree(staged.package, tree);
    await staged.describe(hash, tree);
    await syncDirectory(staged.directory);
    const entry = this.entry(provider, hash);
    const parent = dirname(entry.directory);
    await mkdir(parent, { recursive: true });
    return this.locked(signal, async () => {
      const found = await this.isIntact(entry);
      if (!found) {
        await rename(staged.directory, entry.directory);
        await syncDirectory(parent);
      }
      await symlink(entry.package, link);
      await entry.addUser(link);
      return found ? 'linked' : 'taken';
    });
  }

  private async verify(
    { provider, link, hashes, signal }: LinkRequest,
    staged: StoreEntry,
  ): Promise<{ hash: string; tree: PackageTree }> {
    const tree = await readTree(staged.package);
    if (tree === null) {
      throw new Error(`${staged.package} was changed while it was taken in`);
    }
    const names = tree.files.map(({ path }) => path);
    const hash = await packageHash(staged.package, names, signal);
    if (hashes.length > 0 && !hashes.includes(hash)) {
      throw TaskFailure.permanent(
        'PROVIDER_HASH_MISMATCH',
        `Provider ${nameOf(provider)} in ${link} has the hash ${hash}, but the dependency lock file says ${hashes.join(' or ')}: it is not used.`,
      );
    }
    return { hash, tree };
  }

  /** What is not makes way. Under the lock. */
  private async isIntact(entry: StoreEntry): Promise<boolean> {
    const state = await entry.state();
    if (state === 'changed') {
      await this.setAside(entry);
    }
    return state === 'intact';
  }

  /** To be removed without the lock: that takes longer. */
  private async setAside(entry: StoreEntry): Promise<void> {
    await rename(entry.directory, join(this.settings.directory, STAGING, `${ASIDE}${randomUUID()}`)).catch(
      (error: unknown) => {
        if (codeOf(error) !== 'ENOENT') {
          throw error;
        }
      },
    );
  }

  private async removeAside(): Promise<void> {
    const staging = join(this.settings.directory, STAGING);
    for (const name of await namesIn(staging)) {
      const found = await lstat(join(staging, name)).catch(() => null);
      if (found !== null && (name.startsWith(ASIDE) || Date.now() - found.ctimeMs > LEFTOVER_MS)) {
        await removeTree(join(staging, name));
      }
    }
  }

  private async locked<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const { directory } = this.settings;
    await mkdir(join(directory, STAGING), { recursive: true });
    const lock = await acquireLock(join(directory, LOCK), signal);
    try {
      return await work();
    } finally {
      await lock.release();
    }
  }

  private async entries(): Promise<StoreEntry[]> {
    const { directory } = this.settings;
    const found: StoreEntry[] = [];
    for (const { path } of await packagesBelow(directory)) {
      for (const name of (await namesIn(path)).filter((one) => one.startsWith('h1-'))) {
        found.push(new StoreEntry(join(path, name)));
      }
    }
    return found;
  }
}

/** Every package in the layout of terraform, with its path; nothing where there is no such directory. */
export async function packagesBelow(
  directory: string,
): Promise<{ readonly provider: ProviderPackage; readonly path: string }[]> {
  let found: string[][] = [[]];
  for (let level = 1; level <= LEVELS; level += 1) {
    const deeper = await Promise.all(
      found.map(async (parts) =>
        // The last one may be a link to the store; on the way to it there is none, unless a run has made it.
        (await namesIn(join(directory, ...parts), level < LEVELS)).map((name) => [...parts, name]),
      ),
    );
    found = deeper.flat().filter((parts) => !parts.at(-1)?.startsWith('.'));
  }
  return found.flatMap((parts) => {
    const provider = packageOf(parts);
    return provider === null ? [] : [{ provider, path: join(directory, ...parts) }];
  });
}

/** Base64 has "/" and differs by case alone. */
function entryName(hash: string): string {
  return `h1-${Buffer.from(hash.slice('h1:'.length), 'base64').toString('hex')}`;
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') {
      throw error;
    }
    await cp(from, to, { recursive: true });
    await rm(from, { recursive: true });
  }
}

async function namesIn(directory: string, onlyDirectories = false): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => !onlyDirectories || entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) {
      return [];
    }
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
