import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { placedCommand } from './postgres-placement.js';
import type { PostgresPlacement } from './postgres-placement.js';

/** Owns the database, and may do nothing with the server itself. In clusters of before it is the server's superuser. */
export const POSTGRES_USER = 'berth';
/** Has no password, so that nobody comes in as it. */
const SUPERUSER = 'postgres';
export const POSTGRES_DATABASE = 'berth';

const HOST_RULES = `# Written by Berth: this server is private to it. A password is asked of everybody.
host all all 127.0.0.1/32 scram-sha-256
`;

/** The major version that wrote this data, or undefined where there is none. */
export async function clusterVersion(cluster: string): Promise<number | undefined> {
  try {
    return Number.parseInt(await readFile(join(cluster, 'PG_VERSION'), 'utf8'), 10);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** Makes the data folder with user, password and database; one that is not finished never gets the name. */
export async function createCluster(
  placement: PostgresPlacement,
  password: string,
  {
    durable,
    createsDatabases,
    signal,
  }: { durable: boolean; createsDatabases: boolean; signal?: AbortSignal | undefined },
): Promise<void> {
  const draft: PostgresPlacement = { ...placement, cluster: `${placement.cluster}.draft` };
  await rm(draft.cluster, { recursive: true, force: true });
  await mkdir(draft.cluster, { mode: 0o700 });
  if (placement.account) {
    await chown(draft.cluster, placement.account.uid, placement.account.gid);
  }
  const initdb = placedCommand(draft, 'initdb', [
    `--pgdata=${draft.cluster}`,
    `--username=${SUPERUSER}`,
    '--encoding=UTF8',
    '--no-locale',
    // Nobody gets in by this; the rules that ask for the password are written below.
    '--auth=reject',
    ...(durable ? [] : ['--no-sync']),
  ]);
  await run(initdb, { signal });
  await writeFile(join(draft.cluster, 'pg_hba.conf'), HOST_RULES);
  const owner = [
    `CREATE ROLE ${POSTGRES_USER} LOGIN ${createsDatabases ? 'CREATEDB' : 'NOCREATEDB'}`,
    setPassword(password),
    `CREATE DATABASE ${POSTGRES_DATABASE} OWNER ${POSTGRES_USER}`,
  ];
  await runSingleUser(draft, owner, signal);
  await rename(draft.cluster, placement.cluster);
}

/** Gives the user a new password, while the server is down. */
export async function replacePassword(
  placement: PostgresPlacement,
  password: string,
  signal?: AbortSignal,
): Promise<void> {
  await runSingleUser(placement, [setPassword(password)], signal);
}

function setPassword(password: string): string {
  return `ALTER ROLE ${POSTGRES_USER} PASSWORD '${password}'`;
}

/** Runs statements in the server's single-user mode: no port, no password, and nothing secret in an argument. */
async function runSingleUser(
  placement: PostgresPlacement,
  statements: string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const server = placedCommand(placement, 'postgres', [
    '--single',
    '-D',
    placement.cluster,
    // A statement that fails must not come back with the password in it.
    '-c',
    'log_min_error_statement=panic',
    'postgres',
  ]);
  const { stderr } = await run(server, { signal, input: `${statements.join('\n')}\n` });
  // It exits with 0 even when a statement failed.
  const complaint = /^.*\b(ERROR|FATAL|PANIC):.*$/m.exec(stderr)?.[0];
  if (complaint !== undefined) {
    throw new Error(`PostgreSQL's data in ${placement.cluster} could not be prepared: ${complaint}`);
  }
}

async function run(
  { file, args, ...account }: ReturnType<typeof placedCommand>,
  { signal, input }: { signal: AbortSignal | undefined; input?: string },
): Promise<{ stderr: string }> {
  return execa(file, args, {
    ...account,
    cwd: '/',
    timeout: 120_000,
    // Not ours: PGDATA, PGUSER and their like could stand in it.
    extendEnv: false,
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: process.env['PATH'] },
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    ...(signal ? { cancelSignal: signal } : {}),
  });
}
