import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own in memory, of a few bytes. Making one needs the right to mount. */
export class SmallDisk {
  private constructor(readonly path: string) {}

  /** Why there can be none here; null where there can. */
  static refusal(): string | null {
    try {
      SmallDisk.mount('1m').unmount();
      return null;
    } catch (error) {
      // The command that failed, then what it said, then where else to look.
      const [command = '', said = command] = (error as Error).message.split('\n');
      return said.replace(/^mount: \S+: /, '');
    }
  }

  static mount(size: string): SmallDisk {
    const path = mkdtempSync(join(tmpdir(), 'berth-disk-'));
    try {
      run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path);
    } catch (error) {
      rmSync(path, { recursive: true });
      throw error;
    }
    return new SmallDisk(path);
  }

  grow(size: string): void {
    run('mount', '-o', `remount,size=${size}`, this.path);
  }

  makeReadOnly(): void {
    run('mount', '-o', 'remount,ro', this.path);
  }

  makeWritable(): void {
    run('mount', '-o', 'remount,rw', this.path);
  }

  unmount(): void {
    run('umount', this.path);
    rmSync(this.path, { recursive: true });
  }
}

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: 'pipe' });
}
