import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeRuntime } from '../start/runtime-file.js';
import { platformAddress } from './platform-address.js';

describe('where the running Berth is', () => {
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'berth-demo-'));
  });

  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  const runs = () => {
    writeRuntime(join(home, 'runtime.json'), {
      apiUrl: 'http://127.0.0.1:8080',
      apiKey: 'key of the file',
      databaseUrl: '',
      amqpUrl: '',
      processes: [],
    });
  };

  it('is read from the runtime file of BERTH_HOME', () => {
    runs();

    expect(platformAddress(undefined, { BERTH_HOME: home }, '/nowhere')).toMatchObject({
      apiUrl: 'http://127.0.0.1:8080',
      apiKey: 'key of the file',
    });
  });

  it('is read from the default folder where BERTH_HOME is not set', () => {
    runs();

    expect(platformAddress(undefined, {}, home).apiKey).toBe('key of the file');
  });

  it('is nowhere where no runtime file is', () => {
    expect(() => platformAddress(undefined, {}, home)).toThrow('Berth is not running: npm start first');
  });

  it('is the address asked for, with the key of the environment', () => {
    runs();

    expect(platformAddress('http://other', { BERTH_API_KEY: 'mine' }, home)).toEqual({
      apiUrl: 'http://other',
      apiKey: 'mine',
      keyInShell: '$BERTH_API_KEY',
    });
  });

  it('is refused without a key for the address asked for', () => {
    expect(() => platformAddress('http://other', {}, home)).toThrow('BERTH_API_KEY must be set');
  });
});
