import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@berth/private-servers';
import { CommandLine } from '../support/command-line.js';
import { SignInDouble } from '../support/sign-in-double.js';
import { waitFor } from '../support/wait-for.js';

describe('berth login', () => {
  let double: SignInDouble;
  let commandLine: CommandLine;
  let file: string;

  beforeEach(async () => {
    double = await SignInDouble.start();
    commandLine = await CommandLine.of(null);
    file = join(commandLine.directory, '../config/berth/credentials.json');
  });

  afterEach(async () => {
    await double.stop();
  });

  const granted = () => ({ access_token: double.key, token_type: 'Bearer', expires_in: 90 * 86_400 });

  it('shows an address and a code, and keeps the key where only its owner reads it', async () => {
    const terminal = commandLine.onTerminal(['login', double.url]);
    await terminal.reads(/Open http:\/\/127\.0\.0\.1:\d+\/device\?user_code=BCDF-GHJK/);
    await terminal.reads(/confirm the code BCDF-GHJK/);
    await terminal.reads(/waits for you to confirm it, for another 1?\d min/);
    double.tokenAnswers = [granted()];
    await terminal.reads(/signed in at http\S+ as ada@example\.org, until 90 d from now/);
    expect((await terminal.ends()).code).toBe(0);
    expect(terminal.text).not.toContain(double.key);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      current: double.url,
      keys: { [double.url]: double.key },
      organizations: {},
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(double.begun[0]?.get('name')).toMatch(/^berth on /);
  }, 60_000);

  it('ends with Ctrl-C, and keeps nothing', async () => {
    const terminal = commandLine.onTerminal(['login', double.url]);
    await terminal.reads(/waits for you/);
    terminal.pressCtrlC();
    await terminal.reads(/Stopped: nobody is signed in/);
    expect((await terminal.ends()).code).toBe(130);
    await expect(stat(file)).rejects.toThrow('ENOENT');
  }, 60_000);

  it('tells a program whose key it is, and never the key', async () => {
    double.tokenAnswers = [granted()];
    const { code, stdout, stderr } = await commandLine.run(['login', double.url, '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        url: double.url,
        actor: 'ada@example.org',
        organizations: [{ id: 'o1', name: 'acme', role: 'member' }],
      },
    ]);
    expect(stdout + stderr).not.toContain(double.key);
  }, 60_000);

  it.each<[string, number, RegExp]>([
    ['access_denied', 4, /refused in the browser/],
    ['expired_token', 1, /nobody has confirmed it in time/],
  ])(
    'after %s ends with %d',
    async (error, expected, words) => {
      double.tokenAnswers = [{ error }];
      const { code, stdout, stderr } = await commandLine.run(['login', double.url]);
      expect([code, stdout]).toEqual([expected, '']);
      expect(stderr).toMatch(words);
      await expect(stat(file)).rejects.toThrow('ENOENT');
    },
    60_000,
  );

  it('keeps a key of stdin that opens the api, and no other one', async () => {
    const piped = async (key: string) =>
      commandLine.shell(`printf '%s\\n' '${key}' | berth login ${double.url} --key -`);
    const wrong = await piped('berth_user_wrong');
    expect(wrong.code).toBe(4);
    expect(wrong.stderr).toMatch(/refuses the key: this key is unknown, revoked or expired\nSign in again/);
    expect(wrong.stderr).not.toContain('berth_user_wrong');
    await expect(stat(file)).rejects.toThrow('ENOENT');
    const right = await piped(double.key);
    expect([right.code, right.stdout]).toEqual([0, `signed in at ${double.url} as ada@example.org\n`]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  }, 60_000);

  it('takes no key as an argument, and nothing where nothing is piped in', async () => {
    const asArgument = await commandLine.run(['login', double.url, '--key', 'berth_user_x']);
    expect(asArgument).toMatchObject({ code: 2, stdout: '' });
    expect(asArgument.stderr).not.toContain('berth_user_x');
    const nothing = await commandLine.shell(`berth login ${double.url} --key - </dev/null`);
    expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing on stdin') });
  }, 60_000);

  it('says where nothing answers, and where nobody has said which Berth', async () => {
    const away = await commandLine.run(['login', `http://127.0.0.1:${await freePort()}`]);
    expect(away).toMatchObject({ code: 5, stderr: expect.stringContaining('nothing listens there') });
    expect(await commandLine.run(['login'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('berth login https://berth.example.com'),
    });
  }, 60_000);

  it('waits on while the api is away for a moment', async () => {
    const child = commandLine.start(['login', double.url]);
    let shown = '';
    child.stderr.on('data', (data: Buffer) => (shown += data.toString()));
    await waitFor('the first ask', () => Promise.resolve(double.asked.length > 0));
    expect(shown).not.toContain('waits for you');
    double.tokenAnswers = [503, granted()];
    const code = await new Promise((done) => child.once('close', done));
    expect(code).toBe(0);
  }, 60_000);
});
