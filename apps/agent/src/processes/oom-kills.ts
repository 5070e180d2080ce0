import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';

/**
 * How often the kernel has killed a process of this agent's control group for want of memory; null where nothing tells.
 * The files of version 2 are asked first, then those of version 1, in a container's own view and in the host's.
 */
export async function oomKills(): Promise<number | null> {
  const groups = parseGroups(await readFile('/proc/self/cgroup', 'utf8').catch(() => ''));
  const places = [
    ...groups.unified.map((path) => join(ROOT, path, 'memory.events')),
    join(ROOT, 'memory.events'),
    ...groups.memory.map((path) => join(ROOT, 'memory', path, 'memory.oom_control')),
    join(ROOT, 'memory', 'memory.oom_control'),
  ];
  for (const place of places) {
    const count = parseOomKills(await readFile(place, 'utf8').catch(() => ''));
    if (count !== null) {
      return count;
    }
  }
  return null;
}

/** Of /proc/self/cgroup: `0::/path` is version 2, `4:memory:/path` the memory controller of version 1. */
export function parseGroups(text: string): { unified: string[]; memory: string[] } {
  const lines = text.split('\n').map((line) => line.split(':'));
  const paths = (isOne: (controllers: string, id: string) => boolean): string[] =>
    lines.flatMap(([id, controllers, ...path]) =>
      id !== undefined && controllers !== undefined && isOne(controllers, id) ? [path.join(':')] : [],
    );
  return {
    unified: paths((controllers, id) => id === '0' && controllers === ''),
    memory: paths((controllers) => controllers.split(',').includes('memory')),
  };
}

/** Both versions write `oom_kill <count>`. */
export function parseOomKills(text: string): number | null {
  const count = /^oom_kill (\d+)$/m.exec(text)?.[1];
  return count === undefined ? null : Number(count);
}
