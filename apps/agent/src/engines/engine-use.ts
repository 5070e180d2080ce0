import { mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** When each version of an engine was asked for last, as the times of empty files that all agents of the home share. */
export class EngineUse {
  constructor(private readonly directory: string) {}

  /** Where it cannot be told, as on a full disk, the version counts as unused since before; it may be installed again. */
  async mark(version: string): Promise<void> {
    const now = new Date();
    const path = join(this.directory, version);
    await utimes(path, now, now).catch(async () => {
      await mkdir(this.directory, { recursive: true }).catch(() => undefined);
      await writeFile(path, '').catch(() => undefined);
    });
  }

  /** In milliseconds; a version that nothing is known of counts from now on. */
  async lastUse(version: string): Promise<number> {
    const known = await stat(join(this.directory, version)).catch(() => null);
    if (known === null) {
      await this.mark(version);
    }
    return known?.mtimeMs ?? Date.now();
  }
}
