import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { engineVersion } from './engine-version.js';

export interface FoundBinary {
  readonly path: string;
  readonly version: string;
}

/** Finds a program on PATH and remembers its version for as long as the file stays what it is. */
export class PathBinaries {
  private readonly versions = new Map<string, string>();

  constructor(private readonly searchPath: string) {}

  async find(name: string, signal: AbortSignal): Promise<FoundBinary | null> {
    for (const directory of this.searchPath.split(delimiter).filter(isAbsolute)) {
      const path = join(directory, name);
      const key = await identity(path);
      if (key !== null) {
        const version = this.versions.get(key) ?? (await engineVersion(path, signal));
        this.versions.set(key, version);
        return { path, version };
      }
    }
    return null;
  }
}

/** Null when there is no such program. */
async function identity(path: string): Promise<string | null> {
  try {
    const { mtimeMs, size } = await stat(path);
    await access(path, constants.X_OK);
    return `${await realpath(path)}\0${mtimeMs}\0${size}`;
  } catch {
    return null;
  }
}
