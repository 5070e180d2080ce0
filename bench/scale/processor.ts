import { readFile, readdir } from 'node:fs/promises';

const TICKS_PER_SECOND = 100;

/** Processor seconds that these processes and all that they have started have used, ended children included. */
export async function processorSeconds(pids: readonly number[]): Promise<number> {
  const all = await readStats();
  const wanted = new Set(pids);
  for (let grew = true; grew;) {
    grew = false;
    for (const { pid, parent } of all) {
      if (wanted.has(parent) && !wanted.has(pid)) {
        wanted.add(pid);
        grew = true;
      }
    }
  }
  const used = all.filter(({ pid }) => wanted.has(pid)).reduce((sum, { ticks }) => sum + ticks, 0);
  return used / TICKS_PER_SECOND;
}

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

async function readStats(): Promise<ProcessStat[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(
    pids.map(async (pid) => {
      const fields = (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(') ')[1]?.split(' ');
      // State, parent, …; user and system time of it and of its ended children are the 14th to 17th of the whole line.
      return fields === undefined
        ? []
        : [
            {
              pid: Number(pid),
              parent: Number(fields[1]),
              ticks: fields.slice(11, 15).reduce((sum, one) => sum + Number(one), 0),
            },
          ];
    }),
  );
  return stats.flat();
}
