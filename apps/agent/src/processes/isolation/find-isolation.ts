import { access, constants } from 'node:fs/promises';
import { release } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { ConfigError } from '@berth/config';
import { isAtLeast, type RunIsolation } from '@berth/domain';
import type { Isolation } from './isolation.js';
import { NO_ISOLATION } from './no-isolation.js';
import { OwnUser } from './own-user.js';
import { whyNot } from './probe.js';
import { RunUsers } from './run-users.js';
import { Sandbox, type SandboxForm } from './sandbox.js';
import { holdsAny, refuseOwn, type SharedPlaces } from './shared-places.js';

export interface IsolationSettings extends SharedPlaces {
  /** The level that has to be there at least; undefined: the strongest that is. */
  readonly demanded: RunIsolation | undefined;
  readonly searchPath: string;
  /** Of the agent: its home and the root of the paths of tasks. Nothing that holds one is shown to a run. */
  readonly own: readonly string[];
  /** The first of the users that runs have; null where they have the agent's. */
  readonly firstUser: number | null;
  /** A folder in which a level is tried, on the disk of the slots. */
  readonly scratch: string;
  /** How many processes a run may have, where they can be counted. */
  readonly processes: number;
}

export interface FoundIsolation {
  readonly isolation: Isolation;
  /** What that is, as a person reads it. */
  readonly says: string;
  /** Why it is not a stronger one; null where there is none. */
  readonly lacks: string | null;
}

/** Where systems keep theirs, should the PATH not say it. */
const SYSTEM = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];
/** Since then each namespace of users has a count of its own; before, that of all processes of the user decides. */
const OWN_COUNT_SINCE = [5, 14] as const;

/**
 * The strongest level that this machine allows, by a start of it with the very arguments of a run.
 * @throws ConfigError where it is less than what is demanded
 */
export async function findIsolation(settings: IsolationSettings): Promise<FoundIsolation> {
  const { demanded } = settings;
  refuseOwn(settings, settings.own);
  if (demanded === 'none') {
    return { isolation: NO_ISOLATION, says: NONE, lacks: 'BERTH_RUN_ISOLATION is "none"' };
  }
  const lacks: string[] = [];
  for (const level of [sandboxOf, ownUserOf]) {
    const found = await level(settings);
    if ('isolation' in found) {
      return orRefused(settings, { ...found, lacks: lacks.join('; ') || null });
    }
    lacks.push(found.lacks);
  }
  return orRefused(settings, { isolation: NO_ISOLATION, says: NONE, lacks: lacks.join('; ') });
}

function orRefused({ demanded }: IsolationSettings, found: FoundIsolation): FoundIsolation {
  const { level } = found.isolation;
  if (demanded !== undefined && !isAtLeast(level, demanded)) {
    const what = level === 'none' ? 'none' : `no more than "${level}"`;
    throw new ConfigError([
      `BERTH_RUN_ISOLATION is "${demanded}", and this machine allows ${what}: ${String(found.lacks)}`,
    ]);
  }
  return found;
}

type Tried = Omit<FoundIsolation, 'lacks'> | { readonly lacks: string };

const NONE =
  "runs are not kept apart: whatever a configuration or a build starts can read and change all that this agent's user can";

async function sandboxOf(settings: IsolationSettings): Promise<Tried> {
  const { searchPath, reads, writes, named, own, firstUser, scratch, processes } = settings;
  const folders = foldersOf(searchPath);
  const bwrap = await firstOf(folders, 'bwrap');
  if (bwrap === null) {
    return { lacks: 'there is no bwrap on PATH (package bubblewrap)' };
  }
  const shown = [...reads, ...[...named, ...folders].filter((path) => !holdsAny(path, own))];
  const readable = await Promise.all(shown.map(async (path) => isOpen(path, constants.R_OK)));
  const made = {
    bwrap,
    setpriv: (await firstOf([...folders, ...SYSTEM], 'setpriv')) ?? 'setpriv',
    prlimit: await firstOf([...folders, ...SYSTEM], 'prlimit'),
    // What the agent's user may not read would end every sandbox.
    reads: shown.filter((_path, index) => readable[index]),
    writes,
    users: firstUser === null ? null : new RunUsers(firstUser, true),
    countsProcesses: process.getuid?.() !== 0 && hasOwnCounts(release()),
  };
  const whys: string[] = [];
  for (const { form, says } of FORMS.filter(({ form: { byRoot } }) => firstUser !== null || !byRoot)) {
    const isolation = new Sandbox({ ...made, form });
    const why = await whyNot(isolation, scratch, { processes });
    if (why === null) {
      const because = whys[0] === undefined ? '' : ` (${whys[0]})`;
      return { isolation, says: `every run has a sandbox of its own${says}${because}: ${IN_A_SANDBOX}` };
    }
    whys.push(why);
  }
  return { lacks: whys[0] ?? '' };
}

const IN_A_SANDBOX = 'it reaches its slot, the programs of the system and the network';
/** The strongest first. */
const FORMS: readonly { readonly form: SandboxForm; readonly says: string }[] = [
  { form: { ownProc: true, byRoot: false }, says: '' },
  { form: { ownProc: true, byRoot: true }, says: ', made by root' },
  { form: { ownProc: false, byRoot: false }, says: ", with the machine's /proc to read" },
];

async function ownUserOf({ searchPath, firstUser, scratch, processes }: IsolationSettings): Promise<Tried> {
  if (firstUser === null) {
    const why = process.getuid?.() === 0 ? 'BERTH_RUN_UIDS is "agent"' : 'the agent was not started as root';
    return { lacks: `runs have no users of their own: ${why}` };
  }
  const folders = [...foldersOf(searchPath), ...SYSTEM];
  const setpriv = await firstOf(folders, 'setpriv');
  if (setpriv === null) {
    return { lacks: 'there is no setpriv on PATH (package util-linux)' };
  }
  const tools = { setpriv, prlimit: await firstOf(folders, 'prlimit') };
  const isolation = new OwnUser(tools, new RunUsers(firstUser, false));
  const why = await whyNot(isolation, scratch, { processes });
  return why === null
    ? { isolation, says: `the runs of each slot have a user of their own, from ${firstUser} on` }
    : { lacks: `a user for each slot, from ${firstUser} on: ${why}` };
}

function foldersOf(searchPath: string): string[] {
  return searchPath.split(delimiter).filter((path) => isAbsolute(path));
}

/** Of a kernel's release, such as 6.1.0-18-amd64. */
function hasOwnCounts(kernel: string): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map(Number);
  return major > OWN_COUNT_SINCE[0] || (major === OWN_COUNT_SINCE[0] && minor >= OWN_COUNT_SINCE[1]);
}

/** The first of these folders' files of that name that may be run. */
async function firstOf(folders: readonly string[], name: string): Promise<string | null> {
  for (const path of folders.map((folder) => join(folder, name))) {
    if (await isOpen(path, constants.X_OK)) {
      return path;
    }
  }
  return null;
}

async function isOpen(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
