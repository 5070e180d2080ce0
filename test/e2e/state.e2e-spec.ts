import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MessageOf, StateVersion, Workspace } from '@berth/contracts';
import { BareAgent } from '../support/bare-agent.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const run = promisify(execFile);
const LOCK = { ID: 'lock-1', Operation: 'OperationTypeApply', Who: 'somebody@somewhere' };

function stateOf(serial: number, output: string): object {
  return {
    version: 4,
    terraform_version: '1.11.4',
    serial,
    lineage: 'the-lineage',
    outputs: {
      word: { value: output, type: 'string' },
      secret: { value: 'hunter2', type: 'string', sensitive: true },
    },
    resources: [],
  };
}

describe('the state of a workspace', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({ agents: 0 });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  async function emptyWorkspace(name: string): Promise<{ id: string; path: string }> {
    const workspace = await system.api.expect<Workspace>('POST', '/api/v1/workspaces', {
      name,
      engine: 'terraform',
    });
    return { id: workspace.id, path: `/api/v1/workspaces/${workspace.id}/terraform-state` };
  }

  it('is served to a person’s own terraform through its http backend', async () => {
    const { id, path } = await emptyWorkspace('by-hand');
    const directory = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'by-hand-'));
    await writeFile(
      join(directory, 'main.tf'),
      'terraform {\n  backend "http" {}\n}\nresource "terraform_data" "mine" {}\n',
    );
    const address = new URL(path, system.api.baseUrl).href;
    const env = {
      PATH: process.env['PATH'] ?? '',
      TF_HTTP_ADDRESS: address,
      TF_HTTP_LOCK_ADDRESS: address,
      TF_HTTP_UNLOCK_ADDRESS: address,
      TF_HTTP_USERNAME: 'anybody',
      TF_HTTP_PASSWORD: system.api.key,
    };
    const terraform = async (...args: string[]) =>
      run('terraform', args, { cwd: directory, env, timeout: 30_000 });
    await terraform('init', '-input=false');
    await terraform('apply', '-input=false', '-auto-approve');
    expect((await terraform('state', 'list')).stdout.trim()).toBe('terraform_data.mine');
    const state = await system.api.expect<any>('GET', `/api/v1/workspaces/${id}/state`);
    expect(state.resources).toMatchObject([{ address: 'terraform_data.mine' }]);
    expect(await system.database.database.rows('select 1 from state_locks')).toEqual([]);
  }, 60_000);

  it('of a workspace that does not exist, or is another organization’s, is an error that terraform stops at', async () => {
    const { database } = system.database;
    await database.rows("insert into organizations (name) values ('other')");
    const [other] = await database.rows<{ id: string }>(
      `with p as (
         insert into pools (organization_id, name) select id, 'default' from organizations where name = 'other'
         returning id, organization_id)
       insert into workspaces (organization_id, pool_id, name, engine)
       select organization_id, id, 'theirs', 'terraform' from p returning id`,
    );
    for (const name of ['misspelt', 'theirs', String(other?.id)]) {
      const path = `/api/v1/workspaces/${name}/terraform-state`;
      for (const method of ['GET', 'LOCK', 'UNLOCK', 'POST', 'DELETE']) {
        const body = method === 'GET' ? undefined : JSON.stringify(LOCK);
        expect(await system.api.call(method, path, body)).toMatchObject({
          status: 410,
          body: { code: 'WORKSPACE_NOT_FOUND' },
        });
      }
    }
    const directory = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'misspelt-'));
    await writeFile(
      join(directory, 'main.tf'),
      'terraform {\n  backend "http" {}\n}\nresource "terraform_data" "mine" {}\n',
    );
    const env = {
      PATH: process.env['PATH'] ?? '',
      TF_HTTP_ADDRESS: new URL('/api/v1/workspaces/misspelt/terraform-state', system.api.baseUrl).href,
      TF_HTTP_USERNAME: 'anybody',
      TF_HTTP_PASSWORD: system.api.key,
    };
    const terraform = async (...args: string[]) =>
      run('terraform', args, { cwd: directory, env, timeout: 30_000 });
    await terraform('init', '-input=false').catch(() => undefined);
    await expect(terraform('plan', '-input=false')).rejects.toThrow('410');
  }, 60_000);

  it('is 404 only where there surely is none, and is refused where it is no state', async () => {
    const { path } = await emptyWorkspace('none');
    expect(await system.api.call('GET', path)).toMatchObject({ status: 404, body: { code: 'NO_STATE' } });
    for (const body of ['', 'rubbish', '{"serial":1}']) {
      expect(await system.api.call('POST', path, body)).toMatchObject({
        status: 400,
        body: { code: 'MALFORMED_STATE' },
      });
    }
    const md5 = { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' };
    expect(await system.api.call('POST', path, JSON.stringify(stateOf(1, 'a')), md5)).toMatchObject({
      status: 400,
      body: { code: 'CHECKSUM_MISMATCH' },
    });
    expect(await system.api.call('GET', path)).toMatchObject({ status: 404 });
  });

  it('is written by the holder of its lock alone, and others get 423 with the holder’s words', async () => {
    const { path } = await emptyWorkspace('locked');
    expect(await system.api.call('LOCK', path, JSON.stringify(LOCK))).toMatchObject({ status: 200 });
    expect(await system.api.call('LOCK', path, JSON.stringify(LOCK))).toMatchObject({ status: 200 });
    const other = { ...LOCK, ID: 'lock-2' };
    expect(await system.api.call('LOCK', path, JSON.stringify(other))).toMatchObject({
      status: 423,
      body: LOCK,
    });
    expect(await system.api.call('POST', path, JSON.stringify(stateOf(1, 'a')))).toMatchObject({
      status: 423,
    });
    expect(await system.api.call('UNLOCK', path, JSON.stringify(other))).toMatchObject({
      status: 423,
      body: LOCK,
    });
    expect(await system.api.call('POST', `${path}?ID=lock-1`, JSON.stringify(stateOf(1, 'a')))).toMatchObject(
      { status: 200 },
    );
    expect(await system.api.call('UNLOCK', path)).toMatchObject({ status: 200 });
    expect(await system.api.call('LOCK', path, JSON.stringify(other))).toMatchObject({ status: 200 });
  });

  it('keeps every version, shows no sensitive output, and makes an older one the newest again', async () => {
    const { id, path } = await emptyWorkspace('versions');
    await system.api.expect('POST', path, JSON.stringify(stateOf(1, 'first')));
    await system.api.expect('POST', path, JSON.stringify(stateOf(2, 'second')));
    const versions = async () =>
      (await system.api.expect<{ items: StateVersion[] }>('GET', `/api/v1/workspaces/${id}/state-versions`))
        .items;
    const [second, first] = await versions();
    expect([second?.serial, first?.serial]).toEqual([2, 1]);
    const shown = await system.api.expect<any>(
      'GET',
      `/api/v1/workspaces/${id}/state-versions/${String(first?.id)}`,
    );
    expect(shown.outputs).toMatchObject({
      word: { value: 'first' },
      secret: { sensitive: true, value: null },
    });
    await system.api.expect('POST', `/api/v1/workspaces/${id}/state-versions/${String(first?.id)}/restore`);
    expect(await system.api.expect('GET', path)).toMatchObject({
      serial: 3,
      outputs: { word: { value: 'first' } },
    });
    expect(await system.api.call('DELETE', path)).toMatchObject({ status: 200 });
    expect(await system.api.call('GET', path)).toMatchObject({ status: 404 });
    expect(await versions()).toHaveLength(4);
  });

  it('is replaced only where it is the one that whoever decided has seen, if they say so', async () => {
    const { id, path } = await emptyWorkspace('seen');
    const versionsPath = `/api/v1/workspaces/${id}/state-versions`;
    await system.api.expect('POST', path, JSON.stringify(stateOf(1, 'first')));
    await system.api.expect('POST', path, JSON.stringify(stateOf(2, 'second')));
    const list = async () => (await system.api.expect<{ items: StateVersion[] }>('GET', versionsPath)).items;
    const [seen, first] = await list();
    const restore = `${versionsPath}/${String(first?.id)}/restore`;
    // Written a moment after whoever restores, gives or deletes had looked.
    await system.api.expect('POST', path, JSON.stringify(stateOf(3, 'a moment ago')));
    const [newest] = await list();
    const movedOn = {
      status: 409,
      body: { code: 'STATE_MOVED_ON', detail: expect.stringContaining(String(newest?.id)) },
    };
    const late = { newestId: seen?.id };
    const given = JSON.stringify(stateOf(9, 'given'));
    expect(await system.api.call('POST', restore, late)).toMatchObject(movedOn);
    expect(
      await system.api.call('POST', `${versionsPath}?force=true&newestId=${String(seen?.id)}`, given),
    ).toMatchObject(movedOn);
    expect(
      await system.api.call('POST', `${versionsPath}?newestId=${String(seen?.id)}`, given),
    ).toMatchObject(movedOn);
    expect(await system.api.call('DELETE', `${path}?newestId=${String(seen?.id)}`)).toMatchObject(movedOn);
    expect(await list()).toHaveLength(3);
    expect(await system.api.expect('POST', restore, { newestId: newest?.id })).toMatchObject({ serial: 4 });
    const [restored] = await list();
    expect(await system.api.call('DELETE', `${path}?newestId=${String(restored?.id)}`)).toMatchObject({
      status: 200,
    });
    expect(await system.api.call('POST', restore, { newest: 'x' })).toMatchObject({ status: 400 });
  });

  it('is open to an attempt of a task while it is at work, for its own workspace, and not longer', async () => {
    const agent = await BareAgent.connect({
      apiUrl: system.api.baseUrl,
      amqpUrl: system.broker.url,
      agentToken: system.agentToken,
      agentId: 'state',
      slots: 1,
    });
    const received: MessageOf<'task.assigned'>[] = [];
    await agent.openQueue();
    await agent.consume((message) => {
      received.push(message);
    });
    await agent.register(1);
    const workspace = await system.api.workspace('of-a-task', { 'main.tf': '' });
    const elsewhere = await emptyWorkspace('elsewhere');
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    const message = await waitFor('the assignment', async () => received[0]);
    const { stateToken } = (await agent.accept(message)).body as { stateToken: string };
    const asTask = async (method: string, path: string, body?: object) =>
      fetch(new URL(path, system.api.baseUrl), {
        method,
        headers: { authorization: `Basic ${Buffer.from(`berth:${stateToken}`).toString('base64')}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const path = `/api/v1/workspaces/${workspace.id}/terraform-state`;
    expect((await asTask('LOCK', path, LOCK)).status).toBe(200);
    // Only an apply writes, and only people delete.
    expect((await asTask('POST', `${path}?ID=lock-1`, stateOf(1, 'a'))).status).toBe(403);
    expect((await asTask('DELETE', path)).status).toBe(403);
    expect((await asTask('GET', path)).status).toBe(404);
    expect((await asTask('GET', elsewhere.path)).status).toBe(403);
    expect((await asTask('GET', '/api/v1/tasks')).status).toBe(403);
    agent.fail(message, 'TEST_DONE');
    await waitFor('the task to end', async () => (await system.api.read(task.id)).status === 'failed');
    expect((await asTask('GET', path)).status).toBe(409);
    expect((await asTask('POST', path, stateOf(2, 'b'))).status).toBe(403);
    expect((await asTask('LOCK', path, LOCK)).status).toBe(409);
    expect(await system.database.database.rows("select 1 from state_locks where lock_id = 'lock-1'")).toEqual(
      [],
    );
    await agent.close();
  });
});
