import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandLine, type Ended } from '../support/command-line.js';
import { person, userKey, type Person } from '../support/people.js';
import { System } from '../support/system.js';

const FILES = { 'main.tf': 'resource "terraform_data" "one" {\n  input = "1"\n}\n' };

describe('people on the command line', () => {
  let system: System;
  let commandLine: CommandLine;
  let owner: Person;
  let ada: Person;
  let ben: Person;
  let nobody: Person;

  beforeAll(async () => {
    system = await System.start({ agents: 1 });
    const { database } = system.database;
    const { id: organizationId } = await system.api.expect<{ id: string }>('GET', '/api/v1/organization');
    owner = await person(database, { organizationId, member: 'owner' });
    ada = await person(database, { organizationId, role: 'operator' });
    ben = await person(database, { organizationId, role: 'operator' });
    nobody = await person(database, { organizationId });
    commandLine = await CommandLine.of(null, FILES);
  }, 120_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  const berth = async ({ key }: { readonly key: string }, ...args: readonly string[]): Promise<Ended> =>
    commandLine.run(args, { BERTH_URL: system.api.baseUrl, BERTH_KEY: key });

  it('belong to several organizations, say which, and keep it', async () => {
    const { baseUrl } = system.api;
    const key = await userKey(system.database.database, owner.userId);
    expect((await berth(owner, 'organizations', 'create', 'second')).code).toBe(0);
    const unsaid = await berth(owner, 'projects');
    expect([unsaid.code, unsaid.stdout]).toEqual([2, '']);
    expect(unsaid.stderr).toMatch(
      /belong to several organizations: default, second\n[^]*berth organizations use <name>/,
    );
    expect((await berth(owner, 'projects', '--organization', 'second')).code).toBe(0);
    const known = await commandLine.shell(`echo '${key}' | berth login ${baseUrl} --key -`);
    expect(known).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('"berth organizations use <name>"'),
    });
    expect((await commandLine.run(['whoami'])).stdout).toMatch(/organizations +default, second/);
    expect((await commandLine.run(['organizations', 'use', 'third'])).code).toBe(1);
    expect((await commandLine.run(['organizations', 'use', 'second'])).code).toBe(0);
    expect((await commandLine.run(['whoami'])).stdout).toMatch(/organization +second\nrole +owner/);
    const renamed = await commandLine.run(['organizations', 'rename', 'another']);
    expect(renamed.stdout).toMatch(/organization +another/);
    expect((await commandLine.run(['whoami'])).stdout).toMatch(/organization +another/);
    const other = await commandLine.run(['organizations', 'delete', 'default', '--yes']);
    expect(other).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('you act in organization another'),
    });
    const deleted = await commandLine.run(['organizations', 'delete', 'another', '--yes']);
    expect(deleted).toMatchObject({ code: 0, stderr: 'Organization another is deleted.\n' });
    expect((await commandLine.run(['whoami'])).stdout).toMatch(/organization +default/);
    const left = await commandLine.run(['logout']);
    expect(left).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('It is revoked.') });
    expect((await berth({ key }, 'whoami')).code).toBe(4);
    expect((await commandLine.run(['logout', baseUrl])).code).toBe(1);
  }, 60_000);

  it('make keys, of which alone the key goes to stdout', async () => {
    const own = await berth(ada, 'keys', 'create', 'laptop', '--expires', '30d');
    expect(own).toMatchObject({ code: 0, stdout: expect.stringMatching(/^berth_user_\S{43}\n$/) });
    expect(own.stderr).toMatch(/Key laptop \(\S+\) is made and not shown again\. It ends in (29|30) d\./);
    const [, id = ''] = /\((\S+)\)/.exec(own.stderr) ?? [];
    const rotated = await berth(ada, 'keys', 'rotate', id, '--overlap', '0');
    expect(rotated.stdout).toMatch(/^berth_user_\S{43}\n$/);
    expect((await berth({ key: own.stdout.trim() }, 'whoami')).code).toBe(4);
    expect((await berth({ key: rotated.stdout.trim() }, 'whoami')).code).toBe(0);
    const [, anew = ''] = /\((\S+)\)/.exec(rotated.stderr) ?? [];
    expect((await berth(ada, 'keys', 'revoke', anew)).code).toBe(2);
    expect((await berth(ada, 'keys', 'revoke', anew, '--yes')).code).toBe(0);
    expect((await berth({ key: rotated.stdout.trim() }, 'whoami')).code).toBe(4);

    const service = ['keys', 'create', 'ci', '--service'];
    expect(await berth(ada, ...service, '--role', 'viewer')).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/not allowed: .*keys:write[^]*berth whoami/),
    });
    expect((await berth(owner, ...service)).code).toBe(2);
    expect((await berth(owner, 'keys', 'create', 'ci', '--role', 'viewer')).code).toBe(2);
    const made = await berth(owner, ...service, '--role', 'planner', '--project', 'default');
    expect(made.stdout).toMatch(/^berth_key_\S{43}\n$/);
    expect((await berth(owner, 'keys', '--service')).stdout).toMatch(/ci .*planner on default/);
    expect((await berth({ key: made.stdout.trim() }, 'organizations')).stdout).toMatch(/default +member/);
  }, 60_000);

  it('are told what to do about refusals', async () => {
    const refused = async (...args: readonly string[]) => {
      const { code, stderr } = await berth(owner, ...args);
      return `${String(code)} ${stderr}`;
    };
    await berth(owner, 'projects', 'create', 'taken');
    expect(await refused('projects', 'create', 'taken')).toMatch(/^1 .*taken.*\nChoose another name/);
    expect(await refused('members', 'role', owner.email, 'member')).toMatch(
      /^1 .*last owner.*\n.*berth members role/s,
    );
    await berth(owner, 'workspaces', 'create', 'inside', '--project', 'taken');
    expect(await refused('projects', 'delete', 'taken', '--yes')).toMatch(
      /^1 .*has 1 workspaces.*\n.*--project <other>/s,
    );
    expect(await refused('grants', 'add', 'viewer')).toMatch(/^2 .*--team <team>/);
    expect(await refused('grants', 'add', 'viewer', '--team', 'none')).toMatch(
      /^1 .*"none".*\nWhat you may not see/s,
    );
    expect(await refused('audit', '--since', 'yesterday')).toMatch(/^2 .*12h or 7d/s);
  }, 60_000);

  it('without a role are told by the doctor what it could not look at', async () => {
    const { stdout } = await berth(nobody, 'doctor');
    expect(stdout).toMatch(
      /✓ key: is accepted\n[^]*✓ agents: not looked at: [^]*✓ dead letters: not looked at: /,
    );
    expect(stdout).not.toContain('✗');
  }, 60_000);

  it('read what has been done, as a table, a document and lines', async () => {
    await berth(owner, 'teams', 'create', 'noted');
    const filter = [
      'audit',
      '--operation',
      'createTeam',
      '--object',
      'noted',
      '--since',
      '1h',
      '--outcome',
      'done',
    ];
    const table = await berth(owner, ...filter);
    expect(table.stdout).toMatch(/^WHEN +WHO +OPERATION[^]*createTeam +team noted +done/);
    const document = JSON.parse((await berth(owner, ...filter, '--json')).stdout) as { items: unknown[] };
    const lines = (await berth(owner, ...filter, '--export')).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(document.items);
    expect(lines).toHaveLength(1);
    expect((await berth(owner, 'audit', '--until', '30d', '--export')).stdout).toBe('');
  }, 60_000);

  it('approve together, and are told who is missing', async () => {
    const settings = ['--approvals', '2', '--keep-approvals', 'identical'];
    expect((await berth(owner, 'workspaces', 'create', 'shared', ...settings)).code).toBe(0);
    const queued = await berth(ada, 'run', '--workspace', 'shared', '--detach');
    expect([queued.code, queued.stderr]).toEqual([
      3,
      expect.stringContaining('has 0 of 2 approvals; waits for 2 people'),
    ]);
    const [, id = '', hash = ''] = /confirm (\S+) --plan-hash (\S+)/.exec(queued.stderr) ?? [];
    const confirm = async (who: Person) => berth(who, 'confirm', id, '--plan-hash', hash, '-m', 'fine');
    expect(await confirm(ada)).toMatchObject({
      code: 3,
      stdout: `run ${id} has 1 of 2 approvals; waits for another person\n`,
    });
    expect(await confirm(ada)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('approved this plan already'),
    });
    const shown = await berth(ben, 'show', id);
    expect(shown.stdout).toContain(`1 of 2 approvals; waits for another person, by user:${ada.email}`);
    expect(await berth(owner, 'release', id)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('holds no slot'),
    });
    expect((await berth(ben, 'confirm', id, '--plan-hash', hash, '--follow')).code).toBe(0);
    const again = await berth(ben, 'show', id);
    expect(again.stdout).toMatch(/planned again +the same as before: .*identical/);
  }, 90_000);

  it('leave it to others where their own word does not count', async () => {
    await berth(owner, 'workspaces', 'create', 'others', '--no-allow-self-approval');
    const terminal = commandLine.onTerminal(
      [...['run', '--host', system.api.baseUrl, '--workspace', 'others'], ...['--organization', 'default']],
      { env: { BERTH_KEY: ada.key } },
    );
    await terminal.reads(/Apply this plan\?/);
    terminal.type('yes\r');
    await terminal.reads(/wants somebody else to confirm it/);
    const id = (await terminal.reads(/confirm [0-9a-f-]{36} --plan-hash/)).split(' ')[1] ?? '';
    expect((await terminal.ends()).code).toBe(3);
    const task = await system.api.read(id);
    const own = await berth(ada, 'confirm', id, '--plan-hash', task.planHash ?? '');
    expect(own).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('Somebody else has to confirm it'),
    });
    expect((await berth(ben, 'confirm', id, '--plan-hash', task.planHash ?? '', '--follow')).code).toBe(0);
  }, 90_000);

  it('run the api’s own commands beside it, and are told where else', async () => {
    const nowhere = await commandLine.run(['admin', 'sign-in-link']);
    expect(nowhere).toMatchObject({ code: 1, stdout: '' });
    expect(nowhere.stderr).toContain('docker compose exec api node apps/api/dist/admin.js sign-in-link');
    const home = join(commandLine.directory, '.berth');
    await mkdir(home);
    const own = async (name: string, content: object): Promise<void> => {
      await writeFile(join(home, name), JSON.stringify(content), { mode: 0o600 });
      await chmod(join(home, name), 0o600);
    };
    await own('runtime.json', {
      apiUrl: 'http://127.0.0.1:1',
      apiKey: 'k',
      databaseUrl: 'postgresql://here',
    });
    await own('keys.json', { encryptionKey: 'sealing' });
    const unbuilt = await commandLine.run(['admin', 'sign-in-link']);
    expect(unbuilt).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run build') });
    await commandLine.put({ 'apps/api/dist/admin.js': STAND_IN });
    const link = await commandLine.run(['admin', 'sign-in-link', '--email', 'ada@example.org']);
    expect([link.code, JSON.parse(link.stdout)]).toEqual([
      0,
      {
        args: ['sign-in-link', '--email', 'ada@example.org'],
        env: {
          DATABASE_URL: 'postgresql://here',
          BERTH_PUBLIC_URL: 'http://127.0.0.1:1',
          BERTH_ENCRYPTION_KEY: 'sealing',
        },
      },
    ]);
    const rotated = await commandLine.run(['admin', 'rotate-encryption-key'], {
      BERTH_OLD_ENCRYPTION_KEY: 'older',
    });
    expect(JSON.parse(rotated.stdout)).toMatchObject({
      args: ['rotate-encryption-key'],
      env: { BERTH_OLD_ENCRYPTION_KEY: 'older' },
    });
    await commandLine.put({
      'apps/api/dist/admin.js': 'process.stderr.write("no\\n"); process.exitCode = 3;',
    });
    expect(await commandLine.run(['admin', 'sign-in-link'])).toMatchObject({ code: 1, stderr: 'no\n' });
  }, 60_000);
});

/** In the place of the api's own: says how it was called. */
const STAND_IN = `
const names = ['DATABASE_URL', 'BERTH_PUBLIC_URL', 'BERTH_ENCRYPTION_KEY', 'BERTH_OLD_ENCRYPTION_KEY'];
const env = Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
console.log(JSON.stringify({ args: process.argv.slice(2), env }));
`;
