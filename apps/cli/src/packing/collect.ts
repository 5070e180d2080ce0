import { lstat, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { WrongUse } from '../failures.js';
import { IgnoreRules } from './ignore-rules.js';
import { Weights } from './weights.js';

/** Something that goes into the archive, under its name there. */
export type Entry =
  | { readonly kind: 'directory'; readonly name: string }
  | { readonly kind: 'link'; readonly name: string; readonly target: string }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly path: string;
      readonly bytes: number;
      readonly executable: boolean;
    };

export interface Collected {
  /** In the order of their names; cut off behind `maxEntries`. */
  readonly entries: readonly Entry[];
  readonly isCut: boolean;
  readonly weights: Weights;
  /** Lines of .terraformignore that are no pattern. */
  readonly invalidRules: readonly string[];
  /** Folders of which a rule leaves out the entry alone, and nothing that is in them. */
  readonly halfExcluded: readonly string[];
}

export interface CollectOptions {
  readonly maxEntries: number;
  readonly signal?: AbortSignal;
  /** Told of every file that was looked at. */
  readonly onFile?: (weights: Weights) => void;
}

/**
 * What an upload of the directory holds. Links to what is inside stay links; one that leads out is followed, and what is
 * there is taken under the link's name, as terraform does it. @throws WrongUse
 */
export async function collectFiles(directory: string, options: CollectOptions): Promise<Collected> {
  const root = await realpath(directory);
  const rules = await rulesOf(root);
  const walk = new Walk(root, rules, options);
  await walk.folder(root, '', [root]);
  return {
    entries: walk.entries,
    isCut: walk.isCut,
    weights: walk.weights,
    invalidRules: rules.invalid,
    halfExcluded: walk.halfExcluded,
  };
}

async function rulesOf(root: string): Promise<IgnoreRules> {
  try {
    return IgnoreRules.of(await readFile(join(root, '.terraformignore'), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return IgnoreRules.of();
    }
    // Without the rules, what somebody wanted left out would be uploaded.
    throw new WrongUse(`.terraformignore cannot be read: ${(error as Error).message}`);
  }
}

class Walk {
  readonly entries: Entry[] = [];
  readonly weights = new Weights();
  readonly halfExcluded: string[] = [];
  isCut = false;

  constructor(
    private readonly root: string,
    private readonly rules: IgnoreRules,
    private readonly options: CollectOptions,
  ) {}

  /** @param above the real folders that lead here, by which a circle of links is noticed */
  async folder(path: string, name: string, above: readonly string[]): Promise<void> {
    for (const child of (await readdir(path)).sort(byBytes)) {
      this.options.signal?.throwIfAborted();
      await this.entry(join(path, child), name === '' ? child : `${name}/${child}`, above);
    }
  }

  private async entry(path: string, name: string, above: readonly string[]): Promise<void> {
    const facts = await lstat(path);
    const itself = this.rules.judge(name);
    if (facts.isDirectory()) {
      const below = this.rules.judge(`${name}/`);
      if (!itself.excluded && !below.excluded) {
        this.add({ kind: 'directory', name });
      }
      if (itself.excluded && !below.excluded) {
        this.halfExcluded.push(name);
      }
      if (!(below.excluded && below.final)) {
        await this.folder(path, name, above);
      }
    } else if (!itself.excluded && facts.isSymbolicLink()) {
      await this.link(path, name, above);
    } else if (!itself.excluded && facts.isFile()) {
      this.file(path, name, facts);
    }
  }

  private file(
    path: string,
    name: string,
    { size, mode }: { readonly size: number; readonly mode: number },
  ): void {
    this.weights.add(name, size);
    this.options.onFile?.(this.weights);
    this.add({ kind: 'file', name, path, bytes: size, executable: (mode & 0o111) !== 0 });
  }

  private async link(path: string, name: string, above: readonly string[]): Promise<void> {
    const target = await readlink(path);
    const absolute = resolve(dirname(path), target);
    if (isWithin(this.root, path) && isWithin(this.root, absolute)) {
      const inArchive = isAbsolute(target) ? relative(dirname(path), absolute) : target;
      this.add({ kind: 'link', name, target: inArchive });
      return;
    }
    const facts = await stat(path).catch(() => {
      throw new WrongUse(
        `${name} is a link to ${target}, which is not there: mend it, or add /${name} to .terraformignore`,
      );
    });
    if (!facts.isDirectory()) {
      if (facts.isFile()) {
        this.file(path, name, facts);
      }
      return;
    }
    const real = await realpath(path);
    if (above.includes(real)) {
      throw new WrongUse(
        `${name} is a link that leads back to a folder above it: add /${name} to .terraformignore`,
      );
    }
    this.add({ kind: 'directory', name });
    await this.folder(real, name, [...above, real]);
  }

  private add(entry: Entry): void {
    if (this.entries.length < this.options.maxEntries) {
      this.entries.push(entry);
    } else {
      this.isCut = true;
    }
  }
}

function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(root + sep);
}

/** The same order on every machine, whatever its language is. */
function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
