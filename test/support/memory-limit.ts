import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TerraformCommand } from '../../apps/agent/src/terraform/terraform-process.js';
import { waitFor } from './wait-for.js';

const ROOT = '/sys/fs/cgroup';
/** Of the two kinds of control groups, where groups lie and what their files are called. */
const V1 = {
  groups: join(ROOT, 'memory'),
  limit: 'memory.limit_in_bytes',
  swap: 'memory.memsw.limit_in_bytes',
  kills: 'memory.oom_control',
} as const;
const V2 = { groups: ROOT, limit: 'memory.max', swap: 'memory.swap.max', kills: 'memory.events' } as const;

/** A control group for terraform and all that it starts: who wants more memory is killed by the kernel. */
export class MemoryLimit {
  private constructor(
    private readonly kind: typeof V1 | typeof V2,
    private readonly path: string,
  ) {}

  /** Why there can be none here; null where there can. */
  static refusal(): string | null {
    try {
      const group = MemoryLimit.make(64);
      rmdirSync(group.path);
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  static make(megabytes: number): MemoryLimit {
    const kind = existsSync(V1.groups) ? V1 : V2;
    const group = new MemoryLimit(kind, join(kind.groups, `berth-test-${randomUUID()}`));
    mkdirSync(group.path);
    try {
      group.limitTo(megabytes * 1024 * 1024);
    } catch (error) {
      rmdirSync(group.path);
      throw error;
    }
    return group;
  }

  /** Terraform with these arguments, in the group from its start on. */
  command(args: readonly string[]): Pick<TerraformCommand, 'binary' | 'args'> {
    const enter = `echo $$ > '${join(this.path, 'cgroup.procs')}' && exec terraform "$@"`;
    return { binary: '/bin/sh', args: ['-c', enter, 'terraform', ...args] };
  }

  /** How many processes the kernel has killed in it. */
  get kills(): number {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync(join(this.path, this.kind.kills), 'utf8'))?.[1]);
  }

  async remove(): Promise<void> {
    await waitFor('the last process to leave the group', async () => {
      try {
        rmdirSync(this.path);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EBUSY') {
          return false;
        }
        throw error;
      }
    });
  }

  private limitTo(bytes: number): void {
    writeFileSync(join(this.path, this.kind.limit), String(bytes));
    const swap = join(this.path, this.kind.swap);
    if (existsSync(swap)) {
      writeFileSync(swap, this.kind === V1 ? String(bytes) : '0');
    }
  }
}
