import { access, mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { stateDirectoryFor } from './own-directory.js';
import { canUnpackPackages, libraryFolders, unpackPackages, unpackedName } from './debian-packages.js';
import { RABBITMQ } from './rabbitmq-software.js';

/** Programs of a RabbitMQ that can be run as a node of our own. */
export interface RabbitmqInstallation {
  /** RabbitMQ's own script, not the wrapper in sbin, which insists on the service's user. */
  server: string;
  epmd: string;
  /** What its programs need in their environment to find each other. */
  env: Record<string, string>;
}

interface InstallationOptions {
  cacheDir: string;
  onProgress: (message: string) => void;
  signal?: AbortSignal | undefined;
}

/** Debian and its like, then the two homes of Homebrew. */
const SERVER_PLACES = [
  '/usr/lib/rabbitmq/bin/rabbitmq-server',
  '/opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server',
  '/usr/local/opt/rabbitmq/sbin/rabbitmq-server',
];
const ERLANG_BINS = [
  '/usr/lib/erlang/bin',
  '/usr/local/lib/erlang/bin',
  '/opt/homebrew/opt/erlang/lib/erlang/bin',
  '/usr/local/opt/erlang/lib/erlang/bin',
];

/** The binaries of an installed RabbitMQ, else of a private copy, unpacked now if need be; undefined: neither can be had. */
export async function findRabbitmq(options: InstallationOptions): Promise<RabbitmqInstallation | undefined> {
  const installed = await findInstalled();
  if (installed !== undefined) {
    return installed;
  }
  const target = join(await cacheWithPlainPath(options.cacheDir), await unpackedName());
  const cached = await unpackedInstallation(target);
  if (cached !== undefined || !(await canUnpackPackages())) {
    return cached;
  }
  await unpackPackages(RABBITMQ, target, options);
  return unpackedInstallation(target);
}

async function findInstalled(): Promise<RabbitmqInstallation | undefined> {
  const server = await firstExisting(SERVER_PLACES);
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const epmd = await firstExisting([...path, ...ERLANG_BINS].map((folder) => join(folder, 'epmd')));
  if (server === undefined || epmd === undefined) {
    return undefined;
  }
  return { server, epmd, env: { PATH: [...ERLANG_BINS, ...path].join(delimiter) } };
}

async function unpackedInstallation(root: string): Promise<RabbitmqInstallation | undefined> {
  const erlang = join(root, 'usr/lib/erlang');
  const server = await firstExisting([join(root, 'usr/lib/rabbitmq/bin/rabbitmq-server')]);
  const epmd = await firstExisting([join(erlang, 'bin/epmd')]);
  if (server === undefined || epmd === undefined) {
    return undefined;
  }
  const env: Record<string, string> = {
    BERTH_ERLANG_ROOT: erlang,
    PATH: [join(erlang, 'bin'), process.env['PATH'] ?? '/usr/bin:/bin'].join(delimiter),
  };
  const libraries = await libraryFolders(root);
  return { server, epmd, env: libraries === '' ? env : { ...env, LD_LIBRARY_PATH: libraries } };
}

/** RabbitMQ's scripts do not quote their own place: a path with a space in it needs another. */
async function cacheWithPlainPath(cacheDir: string): Promise<string> {
  if (/^[\w./+@~-]+$/.test(cacheDir)) {
    await mkdir(cacheDir, { recursive: true, mode: 0o700 });
    return cacheDir;
  }
  return stateDirectoryFor(cacheDir, 0o700);
}

async function firstExisting(paths: string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    ) {
      return path;
    }
  }
  return undefined;
}
