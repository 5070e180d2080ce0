import { setTimeout as wait } from 'node:timers/promises';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { migrationLock } from './migration-lock.js';

/** While one that takes long is at work, a line each time; of a short one there is nothing to tell. */
const TELL_MS = 10_000;
const SHORT_MS = 1_000;
/** A change that waits for a table lets nobody pass: it steps back and tries again. */
const TABLE_WAIT_MS = 3_000;
const LOCK_NOT_AVAILABLE = '55P03';

export interface MigrationOptions {
  readonly url: string;
  readonly applicationName: string;
  /** In their order. */
  readonly migrations: readonly (new () => MigrationInterface)[];
  /** How long to wait for another process that is at it, and for a table that somebody holds. */
  readonly waitMs: number;
  /** Told how it goes. */
  readonly tell: (line: string) => void;
}

/**
 * Brings the schema up to date; of several starters one works and the others wait for it. On a connection of its own, without
 * the limits of requests: how long a change takes depends on how much there is.
 */
export async function migrate(options: MigrationOptions): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url: options.url,
    applicationName: `${options.applicationName}, migrations`,
    poolSize: 1,
    logging: false,
    poolErrorHandler: () => undefined,
    extra: { connectionTimeoutMillis: 5_000, keepAlive: true },
  });
  await source.initialize();
  const runner = source.createQueryRunner();
  try {
    if ((await pending(runner, options)).length > 0) {
      await inTurn(runner, options);
    }
  } finally {
    await runner.release();
    // Where the connection is broken, the server ends the lock with it.
    await source.destroy().catch(() => undefined);
  }
}

async function inTurn(runner: QueryRunner, options: MigrationOptions): Promise<void> {
  const lock = await migrationLock(runner, options);
  try {
    await runner.query(
      'create table if not exists migrations (id serial primary key, timestamp bigint not null, name varchar not null)',
    );
    const all = await pending(runner, options);
    for (const [place, kind] of all.entries()) {
      const told = `the schema's change ${kind.name} (${place + 1} of ${all.length})`;
      await whileTelling(told, options.tell, async () => change(runner, kind, options));
    }
    if (all.length > 0) {
      options.tell(`the schema is up to date, by ${all.length} changes`);
    }
  } finally {
    await lock.release();
  }
}

async function pending(
  runner: QueryRunner,
  { migrations }: MigrationOptions,
): Promise<MigrationOptions['migrations']> {
  const [there] = (await runner.query("select to_regclass('migrations') is not null as is")) as {
    is: boolean;
  }[];
  const done = (there?.is === true ? await runner.query('select name from migrations') : []) as {
    name: string;
  }[];
  const names = new Set(done.map(({ name }) => name));
  return migrations.filter(({ name }) => !names.has(name));
}

async function change(
  runner: QueryRunner,
  kind: new () => MigrationInterface,
  { waitMs, tell }: MigrationOptions,
): Promise<void> {
  const migration = new kind();
  const deadline = performance.now() + waitMs;
  for (;;) {
    try {
      await (migration.transaction === false
        ? changeStepwise(runner, migration, kind.name)
        : changeAtOnce(runner, migration, kind.name));
      return;
    } catch (error) {
      if (codeOf(error) !== LOCK_NOT_AVAILABLE || performance.now() > deadline) {
        throw error;
      }
      tell(`${kind.name} waits for a table that a long transaction holds; it tries again`);
      await wait(TABLE_WAIT_MS / 3);
    }
  }
}

async function changeAtOnce(runner: QueryRunner, migration: MigrationInterface, name: string): Promise<void> {
  await runner.startTransaction();
  try {
    await runner.query(`set local lock_timeout = ${TABLE_WAIT_MS}`);
    await migration.up(runner);
    await note(runner, name);
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
}

/** Indexes that are made concurrently wait for others, and nobody waits for them. */
async function changeStepwise(
  runner: QueryRunner,
  migration: MigrationInterface,
  name: string,
): Promise<void> {
  await migration.up(runner);
  await note(runner, name);
}

async function note(runner: QueryRunner, name: string): Promise<void> {
  await runner.query('insert into migrations (timestamp, name) values ($1, $2)', [name.slice(-13), name]);
}

async function whileTelling(
  what: string,
  tell: (line: string) => void,
  work: () => Promise<void>,
): Promise<void> {
  const began = performance.now();
  const seconds = (): string => `${((performance.now() - began) / 1_000).toFixed(1)} s`;
  const telling = setInterval(() => {
    tell(`${what} has been at work for ${seconds()}`);
  }, TELL_MS);
  try {
    await work();
  } finally {
    clearInterval(telling);
  }
  if (performance.now() - began > SHORT_MS) {
    tell(`${what} took ${seconds()}`);
  }
}

function codeOf(error: unknown): unknown {
  return (error as { driverError?: { code?: unknown } } | undefined)?.driverError?.code;
}
