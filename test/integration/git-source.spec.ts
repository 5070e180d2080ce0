import { chmod, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { extract } from 'tar-stream';
import { AllowedAddresses } from '../../apps/agent/src/addresses/allowed-addresses.js';
import { cloneSource, type ClonedSource, type CloneOptions } from '../../apps/agent/src/git/clone-source.js';
import { packSource } from '../../apps/agent/src/git/pack-source.js';
import { findIsolation } from '../../apps/agent/src/processes/isolation/find-isolation.js';
import type { Isolation } from '../../apps/agent/src/processes/isolation/isolation.js';
import { NO_ISOLATION } from '../../apps/agent/src/processes/isolation/no-isolation.js';
import { GitHost } from '../support/git-host.js';
import { isolationLevels, letOthersPass, type TestedLevel } from '../support/isolation-levels.js';
import { waitFor } from '../support/wait-for.js';

const FILES = { 'main.tf': '# root', 'modules/network/main.tf': '# network', 'README.md': 'read me' };
const TOKEN = 'a-token-that-nobody-may-see';

/** As our user: an agent of another one is no other thing here. */
const levels = (await isolationLevels()).filter(({ user }) => user === null);
const HOW: [string, TestedLevel | null][] = [
  ['as it is', null],
  ...levels
    .filter(({ lacks }) => lacks === null)
    .map((level): [string, TestedLevel] => [`as ${level.name}`, level]),
];

for (const { name, lacks } of levels.filter((one) => one.lacks !== null)) {
  it.skip(`fetching a git source as ${name} (skipped: ${String(lacks)})`, () => undefined);
}

describe.each(HOW)('fetching a git source %s', (_how, tested) => {
  let home: string;
  let host: GitHost;
  let isolation: Isolation;

  beforeAll(async () => {
    home = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'git-'));
    await letOthersPass(home);
    host = await GitHost.start(join(home, 'host'));
    isolation = NO_ISOLATION;
    if (tested !== null) {
      const settings = {
        demanded: tested.level,
        searchPath: tested.path,
        own: ['/nobody'],
        reads: [],
        writes: [home],
        named: [],
        firstUser: process.getuid?.() === 0 ? 1_899_980_000 : null,
        scratch: home,
        processes: 512,
      } as const;
      ({ isolation } = await findIsolation(settings));
    }
    await host.push('infra', { files: FILES, message: 'The first one' });
  });

  afterAll(async () => {
    await host.stop();
  });

  const scratch = async (): Promise<string> => mkdtemp(join(home, 'scratch-'));

  async function clone(
    source: Partial<CloneOptions['source']>,
    more: Partial<CloneOptions> = {},
  ): Promise<ClonedSource> {
    return cloneSource({
      source: { url: host.url('infra'), branch: null, path: '', token: null, ...source },
      scratch: await scratch(),
      isolation,
      user: isolation.userOf(1),
      limits: {},
      agentEnv: process.env,
      passThrough: [],
      allowed: new AllowedAddresses(['127.0.0.1']),
      timeoutMs: 60_000,
      signal: new AbortController().signal,
      ...more,
    });
  }

  async function pack({ directory }: ClonedSource): Promise<Buffer> {
    const { signal } = new AbortController();
    return (await packSource({ directory, maxBytes: 1_000_000, signal })).content;
  }

  it('takes the newest commit of the default branch, or of the one that is named', async () => {
    const commit = await host.push('branches', { files: FILES, message: 'Of main' });
    const other = await host.push('branches', {
      files: {},
      branch: 'release/1.4',
      message: 'Of the release',
    });
    const url = host.url('branches');
    expect(await clone({ url })).toMatchObject({ commit, subject: 'Of main' });
    expect(await clone({ url, branch: 'release/1.4' })).toMatchObject({
      commit: other,
      subject: 'Of the release',
    });
  });

  it('packs the path without what is git’s own, and the same commit always alike', async () => {
    const names: string[] = [];
    const packed = await pack(await clone({}));
    const entries = extract();
    entries.end(gunzipSync(packed));
    for await (const entry of entries) {
      names.push(entry.header.name);
      entry.resume();
    }
    expect(names).toEqual(['./README.md', './main.tf', './modules/network/main.tf']);
    expect(await pack(await clone({}))).toEqual(packed);
  });

  it('packs a name that begins with "@" as the file that it is', async () => {
    await host.push('odd', { files: { '@main.tf': 'x', '-v.tf': 'y' } });
    expect((await pack(await clone({ url: host.url('odd') }))).length).toBeGreaterThan(0);
  });

  it('refuses what is larger than the api takes, packed', async () => {
    const { directory } = await clone({});
    const { signal } = new AbortController();
    await expect(packSource({ directory, maxBytes: 10, signal })).rejects.toMatchObject({
      code: 'ARCHIVE_TOO_LARGE',
      failureClass: 'permanent',
    });
  });

  it('gives a token to the host and leaves it nowhere on the disk', async () => {
    await host.push('private', { files: FILES });
    host.tokens.set('private', TOKEN);
    const folder = await scratch();
    await clone({ url: host.url('private'), token: TOKEN }, { scratch: folder });
    await clone({ url: host.url('private'), token: `deploy:${TOKEN}` });
    for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) {
        expect((await readFile(join(file.parentPath, file.name))).includes(TOKEN)).toBe(false);
      }
    }
  });

  it('never sends a token to where the host redirects', async () => {
    const other = await GitHost.start(join(home, 'other'));
    await other.push('infra', { files: FILES });
    host.faults.push(new URL(other.address));
    await expect(clone({ token: TOKEN })).rejects.toMatchObject({ code: 'GIT_MOVED' });
    expect(other.requests).toEqual([]);
    host.faults.push(new URL(other.address));
    await clone({});
    expect(other.requests).not.toEqual([]);
    await other.stop();
  });

  type Refused = { url?: string; branch?: string; path?: string; token?: string };

  it.each<[string, string, Refused]>([
    ['GIT_NOT_FOUND', 'permanent', { url: 'nothing' }],
    ['GIT_UNAUTHORIZED', 'permanent', { url: 'closed' }],
    ['GIT_UNAUTHORIZED', 'permanent', { url: 'closed', token: 'another' }],
    ['GIT_BRANCH_NOT_FOUND', 'permanent', { branch: 'nothing' }],
    ['GIT_BRANCH_NOT_FOUND', 'permanent', { url: 'empty' }],
    ['GIT_PATH_MISSING', 'permanent', { path: 'nothing' }],
    ['GIT_PATH_MISSING', 'permanent', { path: 'main.tf' }],
    ['GIT_PATH_MISSING', 'permanent', { url: 'linked', path: 'out' }],
    ['GIT_PATH_MISSING', 'permanent', { url: 'linked', path: 'git' }],
  ])('fails with %s, %s, for %j', async (code, failureClass, { url = 'infra', ...source }) => {
    host.tokens.set('closed', 'the right one');
    await host.init('empty');
    await host.push('linked', { files: FILES, links: { out: '/etc', git: '.git' } });
    const failure = await clone({ url: host.url(url), ...source }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, failureClass });
    expect((failure as Error).message).toContain(host.url(url));
    expect((failure as Error).message).not.toContain('another');
  });

  it.each([500, 502, 503, 429])(
    'fails with GIT_UNREACHABLE, transient, for an answer of %d',
    async (status) => {
      host.faults.push(status);
      await expect(clone({})).rejects.toMatchObject({ code: 'GIT_UNREACHABLE', failureClass: 'transient' });
    },
  );

  it('fails with GIT_UNREACHABLE, transient, where nobody listens and for a name that nobody knows', async () => {
    const gone = await GitHost.start(join(home, 'gone'));
    const url = gone.url('infra');
    await gone.stop();
    for (const unreachable of [url, 'http://git.invalid/infra.git', 'ssh://git@127.0.0.1:1/infra.git']) {
      await expect(clone({ url: unreachable })).rejects.toMatchObject({
        code: 'GIT_UNREACHABLE',
        failureClass: 'transient',
      });
    }
  });

  it('fails with GIT_UNREACHABLE, transient, when a host says nothing until the deadline', async () => {
    host.faults.push('hang');
    const failure = await clone({}, { timeoutMs: 500 }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'GIT_UNREACHABLE', failureClass: 'transient' });
    expect((failure as Error).message).toContain('BERTH_GIT_TIMEOUT_SECONDS');
  });

  it('ends at once with the run, and no process of it is left', async () => {
    const abort = new AbortController();
    const folder = await scratch();
    host.faults.push('hang');
    const before = host.requests.length;
    const fetching = clone({}, { scratch: folder, signal: abort.signal }).catch((error: unknown) => error);
    await waitFor('the request that hangs', async () => host.requests.length > before);
    expect(await processesIn(folder)).not.toEqual([]);
    abort.abort(new Error('stopped'));
    expect(await fetching).toEqual(new Error('stopped'));
    expect(await processesIn(folder)).toEqual([]);
  });

  it('fails with GIT_MISSING, permanent, where there is no git, and says what to do', async () => {
    const failure = await clone({}, { agentEnv: { PATH: await scratch() } }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'GIT_MISSING', failureClass: 'permanent' });
    expect((failure as Error).message).toContain('install git on the agents');
  });

  it('shows git nothing of the agent but what it needs, and nobody the token that git knows', async () => {
    const bin = await scratch();
    // Git may be another user here.
    await chmod(bin, 0o777);
    const seen = join(bin, 'seen');
    await writeFile(
      join(bin, 'git'),
      `#!/bin/sh\nenv | tee '${seen}.env' >&2\necho "$@" > '${seen}.args'\nexit 1\n`,
    );
    await chmod(join(bin, 'git'), 0o755);
    const agentEnv = {
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      HOME: '/home/agent',
      BERTH_AGENT_TOKEN: 'the-agents-own',
      GIT_DIR: '/elsewhere',
      SSH_AUTH_SOCK: '/run/agent.sock',
    };
    const passThrough = ['SSH_AUTH_SOCK'];
    const failure = await clone({ token: TOKEN }, { agentEnv, passThrough }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'GIT_FAILED', failureClass: 'transient' });
    const encoded = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');
    // It says all that git has printed, which was its whole environment here.
    expect((failure as Error).message).toContain('(token)');
    expect((failure as Error).message).not.toMatch(new RegExp(`${TOKEN}|${encoded}`));
    const env = await readFile(`${seen}.env`, 'utf8');
    expect(env).not.toMatch(/the-agents-own|\/home\/agent|GIT_DIR/);
    expect(env).toMatch(/^SSH_AUTH_SOCK=\/run\/agent\.sock$/m);
    expect(env).toMatch(/^GIT_TERMINAL_PROMPT=0$/m);
    const args = await readFile(`${seen}.args`, 'utf8');
    expect(args).toContain(host.url('infra'));
    expect(args).not.toContain(TOKEN);
    expect(args).not.toContain(encoded);
  });
});

/** Those whose command line names the folder. */
async function processesIn(folder: string): Promise<string[]> {
  const lines = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(async (pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(folder));
}
