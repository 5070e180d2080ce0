import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { TaskFailure } from '../../failures/task-failure.js';
import {
  asItIs,
  type Confined,
  type ConfinedOptions,
  type Isolation,
  type Place,
  type Program,
  type Reach,
} from './isolation.js';

/** The first that are free beside the three of every process: for what the sandbox says, and for what it is told. */
export const STATUS_FD = 3;
export const OPTIONS_FD = 4;
/** Of /tmp, in memory; TMPDIR is on the slot's disk. */
const TMP_BYTES = 1024 ** 3;
/** Links into /usr on most systems of today. */
const BESIDE_USR = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
/** What programs look up: names, certificates, time zones, libraries. Not all of /etc: /etc/shadow is there as well. */
const OF_ETC = [
  ...['alternatives', 'ca-certificates', 'crypto-policies', 'gai.conf', 'group', 'host.conf', 'hosts'],
  ...['ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'localtime', 'mime.types', 'nsswitch.conf', 'os-release'],
  ...['passwd', 'pki', 'protocols', 'resolv.conf', 'services', 'ssl', 'timezone'],
  ...['ssh/ssh_config', 'ssh/ssh_config.d', 'ssh/ssh_known_hosts'],
].map((name) => `/etc/${name}`);

/**
 * A run sees the system's programs, what its agent's settings name and its own slot, and no process but its own; whatever it
 * has started ends with it. It has the network of its agent. Made by bubblewrap (`bwrap`), for which the kernel must let the
 * agent's user make namespaces.
 */
export class Sandbox implements Isolation {
  readonly level = 'sandbox';
  private readonly system: readonly string[] = [
    ...[
      '--clearenv',
      '--unshare-user',
      '--unshare-pid',
      '--unshare-ipc',
      '--unshare-uts',
      '--unshare-cgroup-try',
    ],
    // A group of its own, which can be signalled without the one who started it.
    ...['--disable-userns', '--cap-drop', 'ALL', '--new-session', '--json-status-fd', String(STATUS_FD)],
    ...['--ro-bind', '/usr', '/usr', ...BESIDE_USR.flatMap(besideUsr)],
    ...OF_ETC.flatMap((path) => readOnly(asItIs(path))),
    ...['--proc', '/proc', '--dev', '/dev', '--symlink', '/tmp', '/var/tmp'],
  ];

  /** @param reads for every run, from the agent's settings */
  constructor(
    private readonly bwrap: string,
    private readonly reads: readonly string[],
    private readonly writes: readonly string[],
  ) {}

  confine({ file, args, cwd, env }: Program, reach: Reach, { outlives, isInit }: ConfinedOptions): Confined {
    const programs = isAbsolute(file) && !file.startsWith('/usr/') ? [asItIs(file)] : [];
    const reads = [...programs, ...reach.reads];
    const options = [
      ...this.system,
      ...(isInit ? ['--as-pid-1'] : []),
      ...(outlives ? [] : ['--die-with-parent']),
      // Before what lies below it; empty, so that no link of the run leads astray what is laid there.
      ...['--perms', '1777', '--size', String(TMP_BYTES), '--tmpfs', '/tmp'],
      ...this.reads.map(asItIs).flatMap(readOnly),
      ...reads.flatMap((place) => this.readThroughLinks(place)),
      ...this.writes.flatMap((path) => ['--bind-try', path, path]),
      ...reach.writes.flatMap(({ from, at }) => ['--bind', from, at]),
      ...['--bind', reach.tmp, reach.tmp, '--remount-ro', '/', '--chdir', cwd],
      // Not as the sandbox's own environment: it could be told to load a library of the run, outside of itself.
      ...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
    ];
    if (options.some((option) => option.includes('\0'))) {
      throw TaskFailure.permanent(
        'VARIABLE_INVALID',
        'A path or a variable of the run holds a NUL character.',
      );
    }
    return {
      file: this.bwrap,
      args: ['--args', String(OPTIONS_FD), '--', file, ...args],
      cwd: '/',
      env: {},
      sandbox: options,
    };
  }

  /**
   * An engine on the PATH may be a link to where nothing is to be seen otherwise. Over a link that leads nowhere nothing can
   * be laid: the link stays, or is made, and what it leads to is shown at its own place.
   */
  private readThroughLinks({ from, at }: Place): string[] {
    const real = realPath(from);
    if (real === from || from !== at) {
      return readOnly({ from, at });
    }
    const isVisible = ['/usr', ...this.reads].some((folder) => at.startsWith(`${folder}/`));
    return [...readOnly(asItIs(real)), ...(isVisible ? [] : ['--symlink', real, at])];
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function readOnly({ from, at }: Place): string[] {
  return ['--ro-bind-try', from, at];
}

function besideUsr(path: string): string[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    return [];
  }
  return found.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}
