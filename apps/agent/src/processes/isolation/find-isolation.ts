import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import { delimiter, isAbsolute, join, resolve, sep } from 'node:path';
import { ConfigError } from '@berth/config';
import type { RunIsolation } from '@berth/domain';
import type { AgentEnv } from '../../env.js';
import { killGroup } from '../process-group.js';
import { launch } from './launch.js';
import { NO_ISOLATION, type Isolation } from './isolation.js';
import { Sandbox } from './sandbox.js';

export interface IsolationSettings {
  /** The level that has to be there; undefined: the strongest that is. */
  readonly demanded: RunIsolation | undefined;
  readonly searchPath: string;
  /** Of the agent: its home and the root of the paths of tasks. Nothing that holds one is shown to a run. */
  readonly own: readonly string[];
  /** What a person lets every run see beside its slot: an error where that holds what is the agent's own. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** What other settings name: left out where it does. */
  readonly named: readonly string[];
}

export interface FoundIsolation {
  readonly isolation: Isolation;
  /** Why it is not a stronger one; null where there is none. */
  readonly lacks: string | null;
}

/** Whose values are paths that what runs has to read. */
const FILES = ['SSL_CERT_FILE', 'SSL_CERT_DIR'];

/** What the agent's settings let every run see. */
export function sharedPlaces(
  settings: Pick<
    AgentEnv,
    'BERTH_RUN_READS' | 'BERTH_RUN_WRITES' | 'BERTH_TERRAFORM_CLI_CONFIG' | 'BERTH_PASS_THROUGH'
  >,
  env: NodeJS.ProcessEnv,
): Pick<IsolationSettings, 'reads' | 'writes' | 'named'> {
  const { BERTH_TERRAFORM_CLI_CONFIG: cliConfig, BERTH_RUN_READS: reads = [] } = settings;
  const values = [...FILES, ...settings.BERTH_PASS_THROUGH].map((name) => env[name]);
  return {
    reads,
    writes: settings.BERTH_RUN_WRITES ?? [],
    named: [cliConfig, ...values].flatMap((path) => (path !== undefined && isAbsolute(path) ? [path] : [])),
  };
}

const PROBE_MS = 10_000;

/**
 * The strongest level that this machine allows, by a start of it with the very arguments of a run.
 * @throws ConfigError where it is less than what is demanded
 */
export async function findIsolation(settings: IsolationSettings): Promise<FoundIsolation> {
  const { reads, writes, named, own } = settings;
  const faults = [
    ...reads.map((path) => ({ path, name: 'BERTH_RUN_READS' })),
    ...writes.map((path) => ({ path, name: 'BERTH_RUN_WRITES' })),
  ].filter(({ path }) => holdsAny(path, own));
  if (faults.length > 0) {
    throw new ConfigError(
      faults.map(
        ({ path, name }) => `${name} must not hold ${path}: below it is ${own.join(' or ')}, the agent's own`,
      ),
    );
  }
  if (settings.demanded === 'none') {
    return { isolation: NO_ISOLATION, lacks: 'BERTH_RUN_ISOLATION is "none"' };
  }
  const programs = settings.searchPath.split(delimiter).filter((path) => isAbsolute(path));
  const bwrap = await firstOf(programs.map((path) => join(path, 'bwrap')));
  if (bwrap === null) {
    return orRefused(settings, 'there is no bwrap on PATH (package bubblewrap)');
  }
  const shown = [...reads, ...[...named, ...programs].filter((path) => !holdsAny(path, own))];
  const readable = await Promise.all(shown.map(async (path) => isOpen(path, constants.R_OK)));
  const sandbox = new Sandbox(
    bwrap,
    // What the agent's user may not read would end every sandbox.
    shown.filter((_path, index) => readable[index]),
    writes,
  );
  const lacks = await whyNot(sandbox);
  return lacks === null ? { isolation: sandbox, lacks } : orRefused(settings, lacks);
}

function orRefused({ demanded }: IsolationSettings, lacks: string): FoundIsolation {
  if (demanded === 'sandbox') {
    throw new ConfigError([`BERTH_RUN_ISOLATION is "sandbox", and this machine allows none: ${lacks}`]);
  }
  return { isolation: NO_ISOLATION, lacks };
}

/** Whether a path is one of these, or above it. */
function holdsAny(path: string, own: readonly string[]): boolean {
  const upper = resolve(path);
  return own.some((one) => one === upper || one.startsWith(upper.endsWith(sep) ? upper : upper + sep));
}

/** By what bwrap says of a program that does nothing; null where it has run. */
async function whyNot(sandbox: Sandbox): Promise<string | null> {
  const tmp = await mkdtemp(join(tmpdir(), 'berth-sandbox-'));
  try {
    const program = { file: '/bin/sh', args: ['-c', ':'], cwd: '/tmp', env: {} };
    const started = await launch(
      sandbox.confine(program, { writes: [], reads: [], tmp }, { outlives: false, isInit: true }),
    );
    if ('notStarted' in started) {
      return String(started.notStarted);
    }
    const said = text(started.stderr);
    const timer = setTimeout(() => killGroup(started.pid), PROBE_MS);
    const { exitCode } = await started.exited.finally(() => {
      clearTimeout(timer);
    });
    await started.closed;
    return exitCode === 0 ? null : (said().split('\n')[0] ?? '') || `bwrap ended with ${String(exitCode)}`;
  } finally {
    await rm(tmp, { recursive: true, force: true });
  }
}

function text(stream: Readable | null): () => string {
  let all = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    all += chunk;
  });
  return () => all;
}

/** The first of these files that may be run. */
async function firstOf(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
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
