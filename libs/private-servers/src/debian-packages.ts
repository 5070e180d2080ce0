import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';

/** What of the distribution is unpacked into a folder: nothing of the host is changed. */
export interface DebianSoftware {
  /** As people know it. */
  readonly name: string;
  readonly packages: readonly string[];
  /** Which of their dependencies come along where the host lacks them; scripts and daemons serve an installed one. */
  readonly follow: RegExp;
  readonly sizeMb: number;
  /** Makes what was unpacked run from where it lies. */
  readonly settle?: (root: string) => Promise<void>;
}

const UPDATE_DEADLINE_MS = 180_000;
const DOWNLOAD_DEADLINE_MS = 600_000;
const OTHER_DEADLINE_MS = 60_000;

interface UnpackOptions {
  onProgress: (message: string) => void;
  signal?: AbortSignal | undefined;
}

/** Whether this is a system of the Debian family, with the tools that unpacking needs. */
export async function canUnpackPackages(): Promise<boolean> {
  for (const tool of ['apt-get', 'apt-cache', 'dpkg-deb', 'dpkg-query']) {
    const { exitCode } = await execa(tool, ['--version'], { reject: false, timeout: OTHER_DEADLINE_MS });
    if (exitCode !== 0) {
      return false;
    }
  }
  return true;
}

/** A folder's name that changes when another system's packages would be needed. */
export async function unpackedName(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const value = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(release)?.[1] ?? 'unknown';
  return `${value('ID')}-${value('VERSION_ID')}-${process.arch}`.replaceAll(/[^\w.-]/g, '_');
}

/** Downloads and unpacks into `target`, which appears complete or not at all. Needs no root, as root uses no other user. */
export async function unpackPackages(
  software: DebianSoftware,
  target: string,
  options: UnpackOptions,
): Promise<void> {
  const parent = join(target, '..');
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const work = await mkdtemp(join(parent, '.unpacking-'));
  try {
    const apt = await preparePrivateApt(work);
    options.onProgress(`no ${software.name} is installed: reading the package lists for a private copy`);
    await run('apt-get', [...apt, 'update', '-qq'], { ...options, timeout: UPDATE_DEADLINE_MS });
    const names = await neededPackages(software, apt, options.signal);
    options.onProgress(`downloading ${software.name} (${names.length} packages, some ${software.sizeMb} MB)`);
    const archives = join(work, 'packages');
    await mkdir(archives);
    await run('apt-get', [...apt, 'download', '-qq', ...names], {
      ...options,
      cwd: archives,
      timeout: DOWNLOAD_DEADLINE_MS,
    });
    options.onProgress('unpacking them');
    const root = join(work, 'root');
    for (const archive of await readdir(archives)) {
      await run('dpkg-deb', ['--extract', join(archives, archive), root], options);
    }
    await software.settle?.(root);
    await rename(root, target).catch(async (error: unknown) => {
      // Another start may have been quicker, and its copy is as good.
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) {
        throw error;
      }
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Which packages have to be unpacked: the software itself, and of what it depends on what the host lacks. */
export function packagesToUnpack(
  { packages, follow }: Pick<DebianSoftware, 'packages' | 'follow'>,
  dependsOutput: string,
  installed: ReadonlySet<string>,
): string[] {
  const dependencies = parseDepends(dependsOutput);
  const chosen = new Set<string>();
  const open = [...packages];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const listed = dependencies.get(name);
    if (chosen.has(name) || listed === undefined || installed.has(name)) {
      continue;
    }
    chosen.add(name);
    open.push(...listed.filter((dependency) => follow.test(dependency)));
  }
  return [...chosen].sort();
}

/** `apt-cache depends --recurse`: a name at the line's beginning, then what it depends on, indented. */
function parseDepends(output: string): Map<string, string[]> {
  const dependencies = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of output.split('\n')) {
    const head = /^([a-z0-9][^\s:]*)/.exec(line)?.[1];
    if (head !== undefined) {
      current = [];
      dependencies.set(head, current);
    }
    const dependency = /^[ |]+(?:Pre)?Depends: ([a-z0-9][^\s:]*)/.exec(line)?.[1];
    if (dependency !== undefined) {
      current.push(dependency);
    }
  }
  return dependencies;
}

/** Settings by which apt reads the host's sources and list of installed packages, and writes only below `work`. */
async function preparePrivateApt(work: string): Promise<string[]> {
  for (const folder of ['lists/partial', 'cache/archives/partial']) {
    await mkdir(join(work, folder), { recursive: true });
  }
  const settings = join(work, 'apt.conf');
  await writeFile(
    settings,
    `Dir::State::lists "${join(work, 'lists')}";
Dir::Cache "${join(work, 'cache')}";
Dir::Cache::archives "archives";
Dir::Log "${join(work, 'log')}";
Debug::NoLocking "true";
// As root, apt would download as its own user, which may not enter this folder.
APT::Sandbox::User "root";
Acquire::Retries "3";
Acquire::Languages "none";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled "false";
Acquire::IndexTargets::deb::CNF::DefaultEnabled "false";
// What the host does after its own updates does not concern a private list.
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`,
  );
  return ['-c', settings];
}

async function neededPackages(
  software: DebianSoftware,
  apt: string[],
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const installed = await run('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Package}\\n'], { signal });
  const names = installed.split('\n').filter((line) => /^installed (lib|zlib|fonts-)/.test(line));
  const without = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(
    (kind) => `--no-${kind}`,
  );
  const here = new Set(names.map((line) => line.slice('installed '.length)));
  const depends = await run('apt-cache', [...apt, 'depends', '--recurse', ...without, ...software.packages], {
    signal,
  });
  const needed = packagesToUnpack(software, depends, here);
  if (needed.length === 0) {
    throw new Error(`the package sources of this system do not offer ${software.packages.join(', ')}`);
  }
  return needed;
}

async function run(
  file: string,
  args: string[],
  {
    cwd,
    signal,
    timeout = OTHER_DEADLINE_MS,
  }: { cwd?: string; signal?: AbortSignal | undefined; timeout?: number },
): Promise<string> {
  const { stdout } = await execa(file, args, {
    timeout,
    stdin: 'ignore',
    env: { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    ...(cwd === undefined ? {} : { cwd }),
    ...(signal ? { cancelSignal: signal } : {}),
  });
  return stdout;
}

/** Folders with the libraries that the host lacked, as lib/x86_64-linux-gnu. */
export async function libraryFolders(root: string): Promise<string> {
  const folders: string[] = [];
  for (const parent of [join(root, 'lib'), join(root, 'usr/lib')]) {
    const names = await readdir(parent).catch(() => []);
    folders.push(...names.filter((name) => name.includes('-linux-')).map((name) => join(parent, name)));
  }
  return folders.join(delimiter);
}
