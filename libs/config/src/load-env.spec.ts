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

  it('reads flags as true and false only', () => {
    const flags = z.object({ ON: flag() });
    expect(loadEnv(flags, { ON: 'false' })).toEqual({ ON: false });
    expect(faultsOf(flags, { ON: 'yes' })).toEqual(['ON must be "true" or "false"']);
  });
});
