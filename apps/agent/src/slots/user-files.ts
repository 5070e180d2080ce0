import { lchown, lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeAll } from '../disk/remove-all.js';
import { closeTo } from '../processes/isolation/hand-over.js';
import type { RunUser } from '../processes/isolation/run-user.js';

interface Places {
  readonly directory: string;
  readonly home: string;
  readonly plan: string;
  readonly tmp: string;
}

/** The user owns nothing but what is below, and so no repository of the machine's, which git would not read otherwise. */
const GIT_SETTINGS = '[safe]\n\tdirectory = *\n';
/** Where everybody may write; a run's TMPDIR is none of them, and in a sandbox they are its own. */
const FOR_ALL = ['/tmp', '/var/tmp', '/dev/shm'];

/** Of the file in which the machine's users stand, and that of the slot's runs. */
export function passwdOf(slotDirectory: string): string {
  return join(slotDirectory, 'passwd');
}

/** A slot's empty folders become its user's, in a folder that only the agent may change. */
export async function makeHome(user: RunUser, { directory, home, plan, tmp }: Places): Promise<void> {
  const { uid, gid } = user;
  await closeTo(user, directory);
  await writeFile(join(home, '.gitconfig'), GIT_SETTINGS, { flag: 'wx', mode: 0o600 });
  const machine = await readFile('/etc/passwd', 'utf8').catch(() => '');
  await writeFile(passwdOf(directory), `${machine.trimEnd()}\nberth-run:x:${uid}:${gid}::${home}:/bin/sh\n`);
  for (const path of [home, plan, tmp]) {
    await lchown(path, uid, gid);
  }
}

/** What its runs have left where everybody may write: the next one, of somebody else, would take it for its own. */
export async function sweepFilesOf({ uid }: Pick<RunUser, 'uid'>): Promise<void> {
  for (const folder of FOR_ALL) {
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      if ((await lstat(path).catch(() => null))?.uid === uid) {
        await removeAll(path);
      }
    }
  }
}
