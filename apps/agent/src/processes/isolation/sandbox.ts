import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { TaskFailure } from '../../failures/task-failure.js';
import type { Confined, ConfinedOptions, Confinement, Isolation, Program } from './isolation.js';
import { asItIs, type Place, type Reach } from './reach.js';
import { limited } from './limited.js';
import type { RunUser } from './run-user.js';
import type { RunUsers } from './run-users.js';

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

/** What root needs to give a sandbox to its user, who has nothing of it: to enter that one's folder, and to become it. */
const TO_BECOME = ['CAP_DAC_READ_SEARCH', 'CAP_SETUID', 'CAP_SETGID'];

/** How a sandbox is made, where the machine does not allow all of it. */
export interface SandboxForm {
  /** Its own /proc; else it sees that of the machine, to read: the command lines of others, and nothing that is in them. */
  readonly ownProc: boolean;
  /**
   * By root, who then gives the run's user to it: where users may make no namespaces of their own, or may not pass a folder
   * above the agent's home.
   */
  readonly byRoot: boolean;
}

export interface SandboxSettings {
  readonly bwrap: string;
  /** Gives it its user, where root makes it. */
  readonly setpriv: string;
  readonly prlimit: string | null;
  readonly form: SandboxForm;
  /** For every run, from the agent's settings. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Null: runs have the agent's user. */
  readonly users: RunUsers | null;
  /** The kernel counts the processes of a sandbox for itself, also where its user has others. */
  readonly countsProcesses: boolean;
}

/**
 * A run sees the system's programs, what its agent's settings name and its own slot, and no process but its own; whatever it
 * has started ends with it. It has the network of its agent. Made by bubblewrap (`bwrap`), for which the kernel must let the
 * one who makes it make namespaces.
 */
export class Sandbox implements Isolation {
  readonly level = 'sandbox';
  private readonly system: readonly string[];

  constructor(private readonly settings: SandboxSettings) {
    this.system = [
      ...['--clearenv', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
      // A group of its own, which can be signalled without the one who started it.
      ...['--cap-drop', 'ALL', '--new-session', '--json-status-fd', String(STATUS_FD)],
      ...['--ro-bind', '/usr', '/usr', ...BESIDE_USR.flatMap(besideUsr)],
      ...(settings.form.byRoot ? passable(['/etc', '/etc/ssh']) : []),
      ...OF_ETC.flatMap((path) => readOnly(asItIs(path))),
      ...(settings.form.ownProc ? ['--proc', '/proc'] : ['--ro-bind', '/proc', '/proc']),
      ...['--dev', '/dev', '--symlink', '/tmp', '/var/tmp'],
    ];
  }

  userOf(slotId: number): RunUser | null {
    return this.settings.users?.of(slotId) ?? null;
  }

  confine(
    program: Program,
    { reach, user, limits }: Confinement,
    { outlives, isInit }: ConfinedOptions,
  ): Confined {
    const { bwrap, form, prlimit } = this.settings;
    const { file, cwd, env } = program;
    const programs = isAbsolute(file) && !file.startsWith('/usr/') ? [asItIs(file)] : [];
    const reads = [...programs, ...reach.reads];
    const options = [
      ...this.system,
      ...(form.byRoot ? [] : ['--unshare-user', '--disable-userns']),
      ...(form.byRoot && user !== null ? TO_BECOME.flatMap((right) => ['--cap-add', right]) : []),
      ...(isInit ? ['--as-pid-1'] : []),
      ...(outlives ? [] : ['--die-with-parent']),
      // Before what lies below it; empty, so that no link of the run leads astray what is laid there.
      ...['--perms', '1777', '--size', String(TMP_BYTES), '--tmpfs', '/tmp'],
      ...(form.byRoot ? this.passages(reach, reads) : []),
      ...this.settings.reads.map(asItIs).flatMap(readOnly),
      ...reads.flatMap((place) => this.readThroughLinks(place)),
      ...this.settings.writes.flatMap((path) => ['--bind-try', path, path]),
      ...reach.writes.flatMap(({ from, at }) => ['--bind', from, at]),
      ...reach.lent.flatMap(readOnly),
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
    const countsProcesses = user !== null || this.settings.countsProcesses;
    const within = limited(program, countsProcesses ? limits : { ...limits, processes: undefined }, prlimit);
    const becomes = form.byRoot && user !== null ? this.becoming(user) : [];
    return {
      file: bwrap,
      args: ['--args', String(OPTIONS_FD), '--', ...becomes, within.file, ...within.args],
      cwd: '/',
      // By it, what waits for ever to become the run is found, where its agent is killed before the sandbox is made.
      env: env['HOME'] === undefined ? {} : { HOME: env['HOME'] },
      sandbox: options,
      user: form.byRoot ? null : user,
      byShell: within.byShell || becomes.length > 0,
    };
  }

  /** What lies above a place, bwrap makes for who makes the sandbox alone. */
  private passages(reach: Reach, reads: readonly Place[]): string[] {
    const { reads: shared, writes } = this.settings;
    const places = [
      ...[...shared, ...writes, reach.tmp].map(asItIs),
      ...reads,
      ...reach.writes,
      ...reach.lent,
    ];
    const there = places.filter(({ from }) => existsSync(from));
    const shown = [...there.map(({ at }) => at), ...there.map(({ from }) => realPath(from))];
    const above = new Set(shown.map((path) => dirname(path)).filter((path) => path !== '/'));
    return passable([...above].toSorted());
  }

  private becoming({ uid, gid }: RunUser): string[] {
    const { setpriv } = this.settings;
    return [
      ...[setpriv, '--reuid', String(uid), '--regid', String(gid), '--clear-groups'],
      ...['--inh-caps=-all', '--no-new-privs'],
    ];
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
    const isVisible = ['/usr', ...this.settings.reads].some((folder) => at.startsWith(`${folder}/`));
    return [...readOnly(asItIs(real)), ...(isVisible ? [] : ['--symlink', real, at])];
  }
}

function passable(folders: readonly string[]): string[] {
  return folders.flatMap((path) => ['--perms', '0755', '--dir', path]);
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
