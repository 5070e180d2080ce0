import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { CommandLine } from '../../support/command-line.js';
import { PageCaller } from '../../support/page-caller.js';
import { person, type Person } from '../../support/people.js';
import type { System } from '../../support/system.js';
import { apiAlone } from './api-alone.js';

describe('berth login at a whole Berth', () => {
  let system: System;
  let ada: Person;
  let browser: PageCaller;
  let commandLine: CommandLine;

  beforeAll(async () => {
    system = await apiAlone();
    const { database } = system.database;
    const { id: organizationId } = await system.api.expect<{ id: string }>('GET', '/api/v1/organization');
    ada = await person(database, { organizationId, role: 'viewer' });
    browser = await new PageCaller(system.api.baseUrl).signIn(database, ada.userId);
    commandLine = await CommandLine.of(null);
  }, 120_000);

  it('ends with a key of the person who let it in, which logout takes back', async () => {
    const terminal = commandLine.onTerminal(['login', system.api.baseUrl]);
    const shown = await terminal.reads(/confirm the code .*?[A-Z]{4}-[A-Z]{4}/);
    const [code = ''] = /[A-Z]{4}-[A-Z]{4}$/.exec(shown) ?? [];
    const answered = await browser.post('/device', { user_code: code, answer: 'approve', days: '7' });
    expect(answered.text).toContain('It is let in');
    await terminal.reads(/signed in at http\S+ as .*, until 7 d from now/);
    expect((await terminal.ends()).code).toBe(0);

    const who = await commandLine.run(['whoami', '--json']);
    expect([who.code, JSON.parse(who.stdout)]).toMatchObject([0, { actor: `user:${ada.email}` }]);
    expect(await commandLine.run(['pools', 'create', 'mine'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('pools:write'),
    });
    const kept = await readFile(join(commandLine.directory, '../config/berth/credentials.json'), 'utf8');
    const { keys } = JSON.parse(kept) as { readonly keys: Readonly<Record<string, string>> };
    const key = String(keys[system.api.baseUrl.replace(/\/$/, '')]);
    expect(key).toMatch(/^berth_user_/);

    expect((await commandLine.run(['logout'])).code).toBe(0);
    const after = await fetch(new URL('/api/v1/whoami', system.api.baseUrl), {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(after.status).toBe(401);
  }, 60_000);
});
