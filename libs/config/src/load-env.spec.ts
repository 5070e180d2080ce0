import { fstatSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, loadEnv } from './load-env.js';
import { brokerSettings, databaseSettings, flag, httpSettings, key32, secret } from './settings.js';

function faultsOf(schema: z.ZodObject, env: Record<string, string>): readonly string[] {
  try {
    loadEnv(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.faults;
    }
    throw error;
  }
  return [];
}

describe('loadEnv', () => {
  const schema = z.object({ BERTH_API_KEY: secret('opens the API'), ...databaseSettings, ...httpSettings });
  const good = { BERTH_API_KEY: 'k'.repeat(32), DATABASE_URL: 'postgres://u:p@h/db' };

  it('gives typed settings with their defaults', () => {
    expect(loadEnv(schema, { ...good, BERTH_HTTP_PORT: '9000' })).toMatchObject({
      BERTH_HTTP_PORT: 9000,
      BERTH_HTTP_HOST: '127.0.0.1',
      BERTH_LOG_LEVEL: 'info',
    });
  });

  it('names the variable and what it must be', () => {
    expect(faultsOf(schema, { ...good, BERTH_API_KEY: 'short' })).toEqual([
      'BERTH_API_KEY must be set and at least 32 characters (opens the API)',
    ]);
  });

  it('tells all faults at once', () => {
    expect(faultsOf(schema, { BERTH_HTTP_PORT: 'x' })).toHaveLength(3);
  });

  it('treats an empty variable as one that is not set', () => {
    expect(faultsOf(schema, { ...good, DATABASE_URL: '' })).toEqual([
      'DATABASE_URL must be set to a URL such as postgres://user:password@host:5432/berth',
    ]);
  });

  it('never repeats a value, which may be a secret', () => {
    const faults = faultsOf(z.object({ ...brokerSettings, KEY: key32('encrypts') }), {
      AMQP_URL: 'http://user:hunter2@host',
      KEY: 'hunter2',
    });
    expect(faults).toHaveLength(2);
    expect(faults.join()).not.toContain('hunter2');
  });

  it('tells which number was given where another one is wanted', () => {
    const faults = faultsOf(z.object({ ...httpSettings, LIMIT: z.coerce.number().int().min(1) }), {
      BERTH_HTTP_PORT: '70000',
      LIMIT: '-3',
    });
    expect(faults).toEqual([
      expect.stringMatching(/^BERTH_HTTP_PORT .*65535, not 70000$/),
      expect.stringMatching(/^LIMIT .*1, not -3$/),
    ]);
  });

  it('reads a setting from the file that is named for it, without its last line break', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'berth-config-')), 'key');
    await writeFile(file, `${'k'.repeat(32)}\n`);
    const { BERTH_API_KEY: _key, ...others } = good;
    expect(loadEnv(schema, { ...others, BERTH_API_KEY_FILE: file })).toMatchObject({
      BERTH_API_KEY: 'k'.repeat(32),
    });
    expect(faultsOf(schema, { ...good, BERTH_API_KEY_FILE: file })).toEqual([
      expect.stringMatching(/^BERTH_API_KEY must be given in one place/),
    ]);
    expect(faultsOf(schema, { ...others, BERTH_API_KEY_FILE: `${file}.not-there` })).toEqual([
      'BERTH_API_KEY_FILE must name a file that can be read (ENOENT)',
      'BERTH_API_KEY must be set and at least 32 characters (opens the API)',
    ]);
    await rm(file);
  });

  it('reads what a command prints, and tells nothing of what it said where it fails', () => {
    const { BERTH_API_KEY, ...others } = good;
    expect(
      loadEnv(schema, { ...others, BERTH_API_KEY_COMMAND: `printf '%s\\n' ${BERTH_API_KEY}` }),
    ).toMatchObject({
      BERTH_API_KEY,
    });
    const failing = { ...others, BERTH_API_KEY_COMMAND: `printf ${BERTH_API_KEY}; exit 3` };
    expect(faultsOf(schema, failing)[0]).toBe(
      'BERTH_API_KEY_COMMAND must be a command that prints the value: it ended with 3',
    );
    expect(faultsOf(schema, { ...others, BERTH_API_KEY_COMMAND: 'true' })[0]).toContain('it printed nothing');
    expect(faultsOf(schema, { ...good, BERTH_API_KEY_COMMAND: 'echo other' })).toEqual([
      expect.stringMatching(/^BERTH_API_KEY must be given in one place/),
    ]);
  });

  it('reads what it is given through a descriptor, and closes that', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'berth-config-')), 'settings');
    await writeFile(file, JSON.stringify(good));
    const descriptor = openSync(file, 'r');
    expect(loadEnv(schema, { BERTH_SETTINGS_FD: String(descriptor) })).toMatchObject(good);
    expect(() => {
      fstatSync(descriptor);
    }).toThrow('EBADF');
    expect(faultsOf(schema, { ...good, BERTH_SETTINGS_FD: String(descriptor) })).toEqual([
      'BERTH_SETTINGS_FD must be the number of an open descriptor with a JSON object of texts in it',
    ]);
    await rm(file);
  });

  it('reads flags as true and false only', () => {
    const flags = z.object({ ON: flag() });
    expect(loadEnv(flags, { ON: 'false' })).toEqual({ ON: false });
    expect(faultsOf(flags, { ON: 'yes' })).toEqual(['ON must be "true" or "false"']);
  });
});
