import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { credentialsFile, forgetCredential, keepCredential, keepOrganization } from './credentials.js';
import { findHost } from './find-host.js';

const KEY = 'berth_given';

let folder: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-host-'));
  env = { XDG_CONFIG_HOME: join(folder, 'config') };
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function find(more: Record<string, string> = {}, host?: string, cwd = folder) {
  const { url, key } = findHost({ host, env: { ...env, ...more }, cwd });
  return [url, key];
}

function runtime(mode = 0o600): string {
  const inside = join(folder, 'checkout', 'examples', 'hello');
  const home = join(folder, 'checkout', '.berth');
  mkdirSync(inside, { recursive: true });
  mkdirSync(home, { recursive: true });
  const file = join(home, 'runtime.json');
  writeFileSync(file, JSON.stringify({ apiUrl: 'http://127.0.0.1:8080', apiKey: 'berth_runtime' }), { mode });
  chmodSync(file, mode);
  return inside;
}

describe('which Berth is meant', () => {
  it('is what BERTH_URL and BERTH_KEY say', () => {
    expect(find({ BERTH_URL: 'berth.example.com', BERTH_KEY: KEY })).toEqual([
      'https://berth.example.com',
      KEY,
    ]);
    expect(find({ BERTH_URL: 'http://10.0.0.1:8080/', BERTH_KEY: KEY })).toEqual([
      'http://10.0.0.1:8080',
      KEY,
    ]);
  });

  it('is what runs in the checkout around the directory, or in BERTH_HOME', () => {
    const inside = runtime();
    expect(find({}, undefined, inside)).toEqual(['http://127.0.0.1:8080', 'berth_runtime']);
    expect(find({ BERTH_HOME: join(folder, 'checkout', '.berth') })).toEqual([
      'http://127.0.0.1:8080',
      'berth_runtime',
    ]);
  });

  it('is not what a folder says that anybody may have written', () => {
    const inside = runtime(0o644);
    expect(() => find({}, undefined, inside)).toThrow(/no Berth is known here/);
  });

  it('is where somebody has signed in last, and --host one of the others', () => {
    const file = credentialsFile(env);
    keepCredential(file, 'https://one.example.com', 'berth_one');
    keepCredential(file, 'https://two.example.com', 'berth_two');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(find()).toEqual(['https://two.example.com', 'berth_two']);
    expect(find({}, 'one.example.com')).toEqual(['https://one.example.com', 'berth_one']);
    expect(find({ BERTH_KEY: KEY })).toEqual(['https://two.example.com', KEY]);
  });

  it('never gets a key that is for another one', () => {
    const given = { BERTH_URL: 'https://one.example.com', BERTH_KEY: KEY };
    expect(() => find(given, 'https://two.example.com')).toThrow(
      /no key is known for https:\/\/two.example.com/,
    );
    expect(find(given, 'https://one.example.com')).toEqual(['https://one.example.com', KEY]);
  });

  it.each([
    [{ BERTH_URL: 'http://[', BERTH_KEY: KEY }, /is no address/],
    [{ BERTH_URL: 'ftp://x', BERTH_KEY: KEY }, /begins with https/],
    [{ BERTH_URL: 'https://me:secret@x', BERTH_KEY: KEY }, /^BERTH_URL: no user or password in the address/],
    [{ BERTH_URL: 'https://x' }, /give one in BERTH_KEY/],
    [{}, /BERTH_URL and BERTH_KEY in the environment/],
  ])('is told to be wrong in %j', (given, message) => {
    expect(() => find(given as Record<string, string>)).toThrow(message);
  });

  it('is told where the file of the sign-ins cannot be read', () => {
    mkdirSync(join(folder, 'config', 'berth'), { recursive: true });
    writeFileSync(credentialsFile(env), 'no json');
    expect(() => find()).toThrow(/is no JSON: remove it, and sign in again/);
  });

  it('comes with the organization that is said, else with the one that was kept beside the key', () => {
    const file = credentialsFile(env);
    const organization = (more: Record<string, string> = {}, said?: string) =>
      findHost({ host: 'http://b', organization: said, env: { ...env, ...more }, cwd: folder }).organization;
    keepCredential(file, 'http://b', 'berth_kept');
    expect(organization()).toBeUndefined();
    keepOrganization(file, 'http://b', 'acme');
    expect(organization()).toBe('acme');
    expect(organization({ BERTH_ORGANIZATION: 'birch' })).toBe('birch');
    expect(organization({ BERTH_ORGANIZATION: 'birch' }, 'cedar')).toBe('cedar');
    // Another key may be of another organization.
    expect(organization({ BERTH_KEY: KEY })).toBeUndefined();
    expect(() => organization({}, 'no name')).toThrow(/is no organization/);
    keepCredential(file, 'http://b', 'berth_of_somebody_else');
    expect(organization()).toBeUndefined();
  });

  it('is nobody’s any more once it was signed out of', () => {
    const file = credentialsFile(env);
    keepCredential(file, 'http://b', 'berth_kept');
    keepCredential(file, 'http://c', 'berth_kept_too');
    expect([forgetCredential(file, 'http://c'), forgetCredential(file, 'http://c')]).toEqual([true, false]);
    expect(() => find()).toThrow(/no Berth is known here/);
    expect(find({}, 'http://b')).toEqual(['http://b', 'berth_kept']);
    expect(() => find({}, 'http://c')).toThrow(/berth login http:\/\/c/);
  });
});
