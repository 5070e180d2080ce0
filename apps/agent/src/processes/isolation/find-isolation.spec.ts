import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findIsolation, type IsolationSettings } from './find-isolation.js';
import { sharedPlaces } from './shared-places.js';

/** As bwrap says that its process is there. */
const STARTED = 'echo "{\\"child-pid\\": $$}" >&3';

describe('the isolation of an agent', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-isolation-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const find = async (more: Partial<IsolationSettings> = {}) =>
    findIsolation({
      demanded: undefined,
      searchPath: folder,
      own: ['/var/lib/berth', '/tmp/berth-work-0'],
      reads: [],
      writes: [],
      named: [],
      firstUser: null,
      scratch: folder,
      processes: 512,
      ...more,
    });

  async function bwrap(script: string): Promise<void> {
    await writeFile(join(folder, 'bwrap'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'bwrap'), 0o755);
  }

  it('is none where there is no bwrap, and says why', async () => {
    expect(await find()).toMatchObject({
      isolation: { level: 'none' },
      lacks: expect.stringContaining('there is no bwrap on PATH (package bubblewrap)'),
    });
  });

  it('is none where bwrap may make no namespaces, and says what that says', async () => {
    await bwrap('echo "bwrap: No permissions to create new namespace" >&2; exit 1');
    expect(await find()).toMatchObject({
      isolation: { level: 'none' },
      lacks: expect.stringContaining('bwrap: No permissions to create new namespace'),
    });
  });

  it('is a sandbox where one could be made', async () => {
    await bwrap(`${STARTED}; exit 0`);
    expect(await find()).toMatchObject({ isolation: { level: 'sandbox' }, lacks: null });
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip; // only root can start runs as other users

  asRoot('is no user for each slot where a folder above the slots lets nobody else pass', async () => {
    const { PATH = '' } = process.env;
    const settings = {
      searchPath: PATH.split(':')
        .filter((one) => !one.includes('bubblewrap'))
        .join(':'),
    };
    const users = { ...settings, demanded: 'user', firstUser: 1_899_000_000 } as const;
    await chmod(folder, 0o700);
    const below = await mkdtemp(join(folder, 'home-'));
    await expect(find({ ...users, scratch: below })).rejects.toThrow(
      /BERTH_RUN_ISOLATION is "user".*a folder above .* lets nobody else pass/,
    );
    await Promise.all([folder, below].map(async (path) => chmod(path, 0o711)));
    expect(await find({ ...users, scratch: below })).toMatchObject({ isolation: { level: 'user' } });
  });

  it('is left out where a person says so', async () => {
    await bwrap('exit 0');
    expect(await find({ demanded: 'none' })).toMatchObject({ isolation: { level: 'none' } });
  });

  it('sees the machine’s /proc where it may have none of its own, and says so', async () => {
    await bwrap(
      `case "$(cat <&4 | tr '\\0' ' ')" in *'--proc /proc'*) echo "bwrap: Can't mount proc on /newroot/proc" >&2; exit 1;; esac\n${STARTED}; exit 0`,
    );
    const found = await find();
    expect(found).toMatchObject({ isolation: { level: 'sandbox' }, lacks: null });
    expect(found.says).toContain(
      "with the machine's /proc to read (bwrap: Can't mount proc on /newroot/proc)",
    );
  });

  it('is no user of its own for an agent that is not to give any', async () => {
    await expect(find({ demanded: 'user' })).rejects.toThrow(
      'BERTH_RUN_ISOLATION is "user", and this machine allows none: there is no bwrap on PATH (package bubblewrap); runs have no users of their own',
    );
  });

  it('that is demanded and cannot be had is an error of the settings', async () => {
    await expect(find({ demanded: 'sandbox' })).rejects.toThrow(
      'BERTH_RUN_ISOLATION is "sandbox", and this machine allows none: there is no bwrap on PATH',
    );
  });

  it.each(['/', '/var/lib', '/var/lib/berth', '/tmp'])('is not given away by sharing %s', async (path) => {
    await expect(find({ reads: [path] })).rejects.toThrow(`BERTH_RUN_READS must not hold ${path}:`);
    await expect(find({ writes: [path] })).rejects.toThrow(`BERTH_RUN_WRITES must not hold ${path}:`);
  });

  it('shows nothing of the agent because another setting happens to name a place above it', async () => {
    await bwrap('cat <&4 | tr "\\0" " " > "$(dirname "$0")/options"; exit 0');
    await find({ own: [folder], named: [dirname(folder), '/usr'] });
    const options = await readFile(join(folder, 'options'), 'utf8');
    expect(options).toContain('--ro-bind-try /usr /usr');
    expect(options).not.toContain(`--ro-bind-try ${dirname(folder)} `);
  });

  it('shows runs what the settings name: files of certificates, of terraform and of passed variables', () => {
    const settings = {
      BERTH_RUN_READS: ['/opt/tools'],
      BERTH_RUN_WRITES: ['/var/cache/shared'],
      BERTH_TERRAFORM_CLI_CONFIG: '/etc/terraform.tfrc',
      BERTH_PASS_THROUGH: ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_REGION'],
    };
    const env = {
      SSL_CERT_FILE: '/etc/own.pem',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token',
      AWS_REGION: 'eu-north-1',
    };
    expect(sharedPlaces(settings, env)).toEqual({
      reads: ['/opt/tools'],
      writes: ['/var/cache/shared'],
      named: ['/etc/terraform.tfrc', '/etc/own.pem', '/var/run/token'],
    });
  });
});
