import { stat } from 'node:fs/promises';
import { delimiter } from 'node:path';

/** One that nobody else on the machine has, for agents of tests that run as root. */
export const ORDINARY = { uid: 1_899_999_999, gid: 1_899_999_999 };

/** Those that others than root may pass to. */
export async function openFolders(path: string): Promise<string> {
  const open: string[] = [];
  for (const folder of path.split(delimiter)) {
    const steps = folder.split('/').map((_name, depth, names) => names.slice(0, depth + 1).join('/') || '/');
    const modes = await Promise.all(
      steps.map(async (step) => (await stat(step).catch(() => null))?.mode ?? 0),
    );
    if (modes.every((mode) => (mode & 0o001) !== 0)) {
      open.push(folder);
    }
  }
  return open.join(delimiter);
}
