import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadKeys } from './keys.js';

describe('the keys of a home', () => {
  let directory: string;
  let file: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'berth-keys-'));
    file = join(directory, 'keys.json');
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('are made once, long enough, and for the owner only', () => {
    const keys = loadKeys(file, {});

    expect(keys.apiKey).toMatch(/^berth_[\w-]{32,}$/);
    expect(keys.agentToken).toMatch(/^berth_agent_[\w-]{32,}$/);
    expect(Buffer.from(keys.encryptionKey, 'base64')).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(loadKeys(file, {})).toEqual(keys);
  });

  it('give way to those in the environment, which are not written down', () => {
    const kept = loadKeys(file, {});
    const keys = loadKeys(file, { BERTH_API_KEY: 'from the environment' });

    expect(keys).toEqual({ ...kept, apiKey: 'from the environment' });
    expect(readFileSync(file, 'utf8')).not.toContain('from the environment');
  });

  it('are never replaced when their file is damaged', () => {
    writeFileSync(file, '{"apiKey": "sho');

    expect(() => loadKeys(file, {})).toThrow(/restore it/);
    expect(readFileSync(file, 'utf8')).toBe('{"apiKey": "sho');
  });
});
