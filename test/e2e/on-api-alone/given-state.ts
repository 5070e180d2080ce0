import { gzipSync } from 'node:zlib';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { StateVersion, Workspace } from '@berth/contracts';
import type { Answer } from '../../support/api-caller.js';
import type { System } from '../../support/system.js';
import { apiAlone } from './api-alone.js';

const STATE = (serial: string, lineage: string, value = '9007199254740993'): string =>
  `{\n  "version": 4,\n  "serial": ${serial},\n  "lineage": ${lineage},\n  "outputs": {"id": {"value": ${value}, "type": "number"}},\n  "resources": []\n}\n`;

describe('a state file that a person gives to a workspace', () => {
  let system: System;
  let workspaces = 0;
  let workspace: Workspace;

  beforeAll(async () => {
    system = await apiAlone();
  }, 90_000);

  beforeEach(async () => {
    const name = `given-${(workspaces += 1)}`;
    workspace = await system.api.expect('POST', '/api/v1/workspaces', { name, engine: 'terraform' });
  });

  const give = async (state: string | Buffer, query = ''): Promise<Answer> =>
    system.api.call('POST', `/api/v1/workspaces/${workspace.name}/state-versions${query}`, state, {
      'content-type': 'application/json',
    });

  const statePath = (): string => `/api/v1/workspaces/${workspace.id}/terraform-state`;

  const stored = async (): Promise<string> =>
    (
      await fetch(new URL(statePath(), system.api.baseUrl), {
        headers: { authorization: `Bearer ${system.api.key}` },
      })
    ).text();

  it('is its state, byte for byte', async () => {
    const state = STATE('9007199254740993', '"mine"');
    const answer = await give(state);
    expect(answer).toMatchObject({ status: 201, body: { lineage: 'mine', workspaceId: workspace.id } });
    expect(await stored()).toBe(state);
    expect((await give(state)).body).toEqual(answer.body);
    const higher = STATE('9007199254740994', '"mine"');
    const { body } = (await give(higher)) as { body: StateVersion };
    await system.api.expect(
      'POST',
      `/api/v1/workspaces/${workspace.id}/state-versions/${(answer.body as StateVersion).id}/restore`,
    );
    expect(body.lineage).toBe('mine');
    expect(await stored()).toBe(STATE('9007199254740995', '"mine"'));
  });

  it.each(['""', 'null'])('gets a new lineage where it says %s', async (lineage) => {
    const { status, body } = await give(STATE('1', lineage));
    expect([status, (body as StateVersion).lineage]).toEqual([201, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    expect(await stored()).toBe(STATE('1', `"${(body as StateVersion).lineage}"`));
  });

  it('follows the state that is there, or is wanted by force with a higher serial', async () => {
    await give(STATE('5', '"mine"'));
    for (const other of [STATE('5', '"mine"', '1'), STATE('4', '"mine"'), STATE('6', '"other"')]) {
      expect(await give(other)).toMatchObject({
        status: 409,
        body: {
          code: 'STATE_CONFLICT',
          detail: expect.stringMatching(/lineage mine and serial 5.*force=true/),
        },
      });
    }
    expect((await give(STATE('7', '"mine"'))).status).toBe(201);
    expect(await give(STATE('2', '"other"'), '?force=true')).toMatchObject({
      status: 201,
      body: { serial: 8, lineage: 'other' },
    });
    expect(await stored()).toBe(STATE('8', '"other"'));
    expect((await give(STATE('9', '"other"'), '?force=yes')).status).toBe(400);
  });

  it('is refused while somebody holds the lock, with their name', async () => {
    await system.api.expect('LOCK', statePath(), JSON.stringify({ ID: '1', Who: 'somebody@somewhere' }));
    for (const query of ['', '?force=true']) {
      expect(await give(STATE('1', '"mine"'), query)).toMatchObject({
        status: 423,
        body: { code: 'STATE_LOCKED', detail: expect.stringContaining('somebody@somewhere') },
      });
    }
  });

  it.each<[string, string | Buffer, string]>([
    ['nothing', '', 'empty'],
    ['no JSON', 'rubbish', 'not JSON'],
    ['an array', '[]', 'no object'],
    ['a number', '4', 'no object'],
    ['a plan', '{"format_version":"1.2"}', 'version'],
    ['a state of another format', '{"version":3,"serial":1,"lineage":"x"}', 'version'],
    ['a state without a serial', '{"version":4,"lineage":"x"}', 'serial'],
    ['one with a broken serial', STATE('1.5', '"x"'), 'serial'],
    ['one with a lineage that is no text', STATE('1', '7'), 'lineage'],
    ['a compressed one', gzipSync(STATE('1', '"x"')), 'gzip'],
  ])('is refused where it is %s, and told what is wrong', async (_, state, fault) => {
    expect(await give(state)).toMatchObject({
      status: 400,
      body: { code: 'MALFORMED_STATE', detail: expect.stringContaining(fault) },
    });
    expect((await system.api.call('GET', statePath())).status).toBe(404);
  });

  it('is read without the mark of Windows’ editors', async () => {
    expect((await give(`\uFEFF${STATE('1', '"x"')}`)).status).toBe(201);
    expect(await stored()).toBe(STATE('1', '"x"'));
  });

  it('is looked for in a workspace that is there', async () => {
    expect(
      await system.api.call('POST', '/api/v1/workspaces/misspelt/state-versions', STATE('1', '"x"')),
    ).toMatchObject({ status: 404 });
  });

  it('is compared with the version before it, or with another one', async () => {
    const first = (await give(STATE('1', '"mine"', '1'))).body as StateVersion;
    const second = (await give(STATE('2', '"mine"', '2'))).body as StateVersion;
    const third = (await give(STATE('3', '"mine"', '3'))).body as StateVersion;
    const changes = async ({ id }: StateVersion, query = ''): Promise<Answer> =>
      system.api.call('GET', `/api/v1/workspaces/${workspace.name}/state-versions/${id}/changes${query}`);
    const output = (before: string, after: string) => [
      { name: 'id', change: 'changed', sensitive: false, before, after },
    ];
    expect((await changes(third)).body).toMatchObject({
      since: second,
      version: third,
      outputs: output('2', '3'),
    });
    expect((await changes(third, `?since=${first.id}`)).body).toMatchObject({ outputs: output('1', '3') });
    expect((await changes(first)).body).toMatchObject({ since: null, outputs: [{ change: 'added' }] });
    expect(await changes(first, '?since=nothing')).toMatchObject({ status: 404 });
  });
});
