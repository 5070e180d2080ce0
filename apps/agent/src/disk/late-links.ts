import { lstat, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { namesOf } from './archive-entry.js';

/**
 * The symlinks of an archive, made when all the rest is there: nothing can be written through one, and a link may lead to
 * another, which the unpacker refuses (node-tar 7.5.23 looks at every part of a target).
 */
export class LateLinks {
  private readonly targets = new Map<string, string>();

  add(path: string, target: string): void {
    this.targets.set(namesOf(path).join('/'), target);
  }

  /** Below this directory. @throws where something else has the place of a link, or a link that of a directory */
  async make(directory: string): Promise<void> {
    for (const [path, target] of this.targets) {
      this.refuseBehindLink(path);
      const at = join(directory, path);
      await mkdir(dirname(at), { recursive: true });
      if ((await lstat(at).catch(() => null))?.isFile() === true) {
        await rm(at);
      }
      await symlink(target, at);
    }
  }

  private refuseBehindLink(path: string): void {
    const names = path.split('/');
    for (let length = 1; length < names.length; length += 1) {
      const parent = names.slice(0, length).join('/');
      if (this.targets.has(parent)) {
        throw new Error(`${JSON.stringify(path)} lies behind the link ${JSON.stringify(parent)}`);
      }
    }
  }
}
