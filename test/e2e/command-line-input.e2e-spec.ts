import { mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandLine } from '../support/command-line.js';
import { System } from '../support/system.js';

const CONFIGURATION = { 'main.tf': 'resource "terraform_data" "one" {\n}\n' };

describe('the command line, given what cannot work', () => {
  let system: System;
  let berth: CommandLine;

  beforeAll(async () => {
    system = await System.start({ agents: 1 });
    berth = await CommandLine.of({ url: system.api.baseUrl, key: system.api.key }, CONFIGURATION);
    await system.api.workspace('taken', CONFIGURATION);
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  async function tasks(): Promise<number> {
    const { items } = await system.api.expect<{ items: unknown[] }>('GET', '/api/v1/tasks');
    return items.length;
  }

  it.each<[string, readonly string[], number, RegExp]>([
    ['no workspace is named', ['run'], 2, /no workspace is named: give --workspace/],
    ['there is no such workspace', ['run', '-w', 'nobody'], 2, /no workspace "nobody": --create makes it/],
    ['a name is taken', ['workspaces', 'create', 'taken'], 1, /"taken"/],
    ['a name can be none', ['workspaces', 'create', 'a b'], 2, /name: may hold letters/],
    ['a folder is not there', ['run', 'nowhere'], 2, /nowhere is not there/],
    ['a run is not there', ['show', 'no-such-run'], 1, /there is no task "no-such-run"/],
    ['a state is none', ['runs', '--status', 'done'], 2, /must be of pending/],
    ['a choice is none', ['dead-letters', 'list', '--state', 'dead'], 2, /Allowed choices are open/],
    ['a number is none', ['runs', '-n', 'many'], 2, /whole number from 1/],
    ['a time is none', ['run', '--timeout', 'soon'], 2, /such as 90, 90s, 15m or 2h/],
    ['a variable is none', ['run', '-w', 'taken', '--var', 'x'], 2, /it looks like name=value/],
    ['a hash is none', ['confirm', 'x', '--plan-hash', 'abc'], 2, /64 hexadecimal digits/],
    ['two wishes contradict', ['run', '--plan-only', '--destroy'], 2, /leave --plan-only out/],
    ['what cannot be undone is not sure', ['workspaces', 'delete', 'taken'], 2, /needs --yes/],
    ['a command is misspelt', ['worspaces'], 2, /Did you mean workspaces\?/],
    ['an address is none', ['--host', 'http://[', 'runs'], 2, /is no address/],
  ])('says what is right where %s', async (_, args, code, words) => {
    const before = await tasks();
    const ended = await berth.run(args);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(words);
    expect(await tasks()).toBe(before);
  });

  it('runs nothing outside of a configuration', async () => {
    await mkdir(join(berth.directory, 'empty'));
    const ended = await berth.run(['run', '-w', 'taken', 'empty']);
    expect(ended).toMatchObject({ code: 2 });
    expect(ended.stderr).toMatch(
      /there is no \.tf file in .*\/empty: call it in the folder of a configuration/,
    );
  });

  it('knows no Berth where nobody says which, and says how', async () => {
    const nowhere = await CommandLine.of(null);
    const ended = await nowhere.run(['runs']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/BERTH_URL and BERTH_KEY in the environment/);
  });

  it('names what makes 5 GB of a directory, at once, and uploads nothing', async () => {
    await mkdir(join(berth.directory, 'large/cache/images'), { recursive: true });
    await berth.put({ 'large/main.tf': CONFIGURATION['main.tf'] });
    const path = join(berth.directory, 'large/cache/images/disk.img');
    const file = await open(path, 'w');
    // Full of nothing: it takes no room on the disk, and reading it would take minutes.
    await file.truncate(5_000_000_000);
    await file.close();
    expect((await stat(path)).size).toBe(5_000_000_000);

    const begun = Date.now();
    const ended = await berth.run(['run', '-w', 'taken', 'large']);
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/5\.0 GB in 2 files would be uploaded, and the most is 500 MB/);
    expect(ended.stderr).toMatch(/5\.0 GB {2}cache\/images\/disk\.img/);
    expect(ended.stderr).toMatch(/\.terraformignore/);

    await berth.put({ 'large/.terraformignore': 'cache/\n' });
    const smaller = await berth.run(['run', '-w', 'taken', '--plan-only', 'large']);
    expect(smaller).toMatchObject({ code: 0 });
  }, 60_000);

  it('gives a reader that has had enough no complaint', async () => {
    for (const script of [
      'berth --help | head -1',
      'berth runs | head -1',
      'berth logs -w taken | head -1',
    ]) {
      const ended = await berth.shell(script);
      expect([script, ended.code, ended.stderr]).toEqual([script, 0, '']);
      expect(ended.stdout.split('\n')).toHaveLength(2);
    }
  }, 30_000);

  it('is readable on a terminal of 40 columns', async () => {
    const terminal = berth.onTerminal(['runs'], { columns: 40 });
    expect((await terminal.ends()).code).toBe(0);
    const lines = terminal.text.trimEnd().split('\n');
    expect(lines).toContain('status   succeeded');
    expect(lines.filter((line) => line.length > 40)).toEqual([]);
  });

  it('has colours on a terminal, and none in a pipe or with NO_COLOR', async () => {
    const ESCAPE = '\u001b[';
    expect((await berth.onTerminal(['runs']).ends()).stdout).toContain(ESCAPE);
    expect((await berth.run(['runs'])).stdout).not.toContain(ESCAPE);
    expect((await berth.run(['runs'], { FORCE_COLOR: '1', NO_COLOR: '1' })).stdout).not.toContain(ESCAPE);
  });

  it('shows no control characters that somebody else has chosen', async () => {
    const { id } = await system.api.expect<{ id: string }>('GET', '/api/v1/workspaces/taken');
    const task = await system.api.task(id, 'plan', { message: 'a \u001b]0;title\u0007 b' });
    expect((await berth.run(['show', task.id])).stdout).toContain('a \ufffd]0;title\ufffd b');
  });

  it('reads the value of a variable from a pipe, where no history keeps it', async () => {
    const ended = await berth.shell('printf "s3cret\\n" | berth variables set -w taken --sensitive token=-');
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stdout).not.toContain('s3cret');
    const { stdout } = await berth.run(['variables', '-w', 'taken', '--json']);
    expect(JSON.parse(stdout).items).toMatchObject([{ key: 'token', value: null, sensitive: true }]);
  });

  it('asks the doctor, who says what is well and what is not', async () => {
    const well = await berth.run(['doctor', '--json']);
    expect(well.code).toBe(0);
    const { findings } = JSON.parse(well.stdout) as { findings: { name: string; state: string }[] };
    expect(findings.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'address',
        'api',
        'database',
        'broker',
        'key',
        'clock',
        'versions',
        'agents',
        'isolation',
        'queue',
        'dead letters',
        'disk',
      ]),
    );
    expect(findings.filter(({ state }) => state === 'failure')).toEqual([]);

    await berth.run(['drain', 'agent-1']);
    const ill = await berth.run(['doctor']);
    expect(ill.code).toBe(1);
    expect(ill.stdout).toMatch(/✗ agents: 1 draining\n {4}Start an agent, or resume a drained one/);
    await berth.run(['resume', 'agent-1']);
  });

  it('completes commands, options and choices for each shell', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { code, stdout } = await berth.run(['completion', shell]);
      expect([shell, code]).toEqual([shell, 0]);
      expect(stdout).toContain('berth complete --');
    }
    expect((await berth.run(['complete', '--', 'worksp'])).stdout).toContain('workspaces');
    expect((await berth.run(['complete', '--', 'runs', '--st'])).stdout).toContain('--status');
    expect((await berth.run(['completion', 'tcsh'])).code).toBe(2);
  });
});
