import { randomBytes, randomUUID } from 'node:crypto';
import type { AuditRecord, NewApiKey, Page, Task } from '@berth/contracts';
import { endAuditRecords } from '@berth/persistence';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ApiCaller, tarGz, type Answer } from '../../support/api-caller.js';
import { form } from '../../support/build-client.js';
import { operationsOf, type OpenApiDocument } from '../../support/fuzz/requests.js';
import { person, type Person } from '../../support/people.js';
import type { System } from '../../support/system.js';
import { apiAlone } from './api-alone.js';

/** Stands wherever a caller can put something that is nobody else's business. */
const PLANTED = `planted-${randomBytes(8).toString('hex')}`;

/** Operations that this file cannot bring to succeed, and where they are seen instead. */
const NOT_HERE: Readonly<Record<string, string>> = {
  confirmTask: 'approvals.e2e-spec',
  discardTask: 'approvals.e2e-spec',
  releaseReservation: 'approvals.e2e-spec',
  forceCancelTask: 'needs a running task',
  pushUnsavedState: 'needs an unsaved state',
  discardUnsavedState: 'needs an unsaved state',
  restoreStateVersion: 'needs two states',
  replayDeadLetter: 'needs a dead letter',
  discardDeadLetter: 'needs a dead letter',
  drainAgent: 'needs an agent',
  resumeAgent: 'needs an agent',
  cancelBuild: 'needs a build',
  retryBuild: 'needs a build',
  revokeUserSession: 'sign-in.e2e-spec',
  setPassword: 'passwords.e2e-spec',
};

describe('the audit log', () => {
  let system: System;
  let api: ApiCaller;
  let owner: Person;
  let asOwner: ApiCaller;
  /** Ids of what was made, as the answers said them. */
  const madeIds: string[] = [];
  /** That change something and are for people or services. */
  let changing: string[];

  beforeAll(async () => {
    system = await apiAlone();
    ({ api } = system);
    const document = await api.expect<OpenApiDocument>('GET', '/openapi.json');
    changing = operationsOf(document)
      .filter(({ method, document: { 'x-permission': permission } }) => {
        return method !== 'GET' && permission !== undefined && permission !== 'builds:work';
      })
      .map(({ document: { operationId } }) => String(operationId));
    const { id: organizationId } = await api.expect<{ id: string }>('GET', '/api/v1/organization');
    owner = await person(system.database.database, { organizationId, member: 'owner' });
    asOwner = new ApiCaller(api.baseUrl, owner.key);
  }, 120_000);

  async function records(query = ''): Promise<AuditRecord[]> {
    const found: AuditRecord[] = [];
    for (let cursor = ''; ;) {
      const page = await api.expect<Page<AuditRecord>>('GET', `/api/v1/audit?limit=200${query}${cursor}`);
      found.push(...page.items);
      if (page.nextCursor === null) {
        return found;
      }
      cursor = `&cursor=${page.nextCursor}`;
    }
  }

  /** Everything once that can be brought to succeed without agents, a secret wherever there is room for one. */
  async function changeEverything(): Promise<string[]> {
    const secrets: string[] = [];
    const call = async <T = any>(method: string, path: string, body?: unknown, headers = {}): Promise<T> => {
      const answer = await asOwner.expect<T>(method, path, body, headers);
      const { id } = (answer ?? {}) as { readonly id?: string };
      // Of a state and a token, the record names the workspace and the pool.
      if (method === 'POST' && id !== undefined && !/(state-versions|tokens)$/.test(path)) {
        madeIds.push(id);
      }
      return answer;
    };
    const shown = ({ key, token }: { key?: string; token?: string }): void => {
      secrets.push(String(key ?? token));
    };
    await call('POST', '/api/v1/projects', { name: 'one' });
    await call('PATCH', '/api/v1/projects/one', { name: 'two' });
    await call('POST', '/api/v1/pools', { name: 'pool' });
    await call('PATCH', '/api/v1/pools/pool', { maxReservedSlots: 3 });
    const token = await call('POST', '/api/v1/pools/pool/tokens', { name: 'token' });
    shown(token);
    await call('DELETE', `/api/v1/pools/pool/tokens/${token.id}`);
    const workspace = await call('POST', '/api/v1/workspaces', {
      name: 'w',
      engine: 'terraform',
      project: 'two',
      git: { url: 'https://git.example.org/a.git', token: PLANTED },
    });
    await call('PATCH', '/api/v1/workspaces/w', { git: null, autoApply: true });
    const variable = { value: PLANTED, category: 'terraform', sensitive: true };
    await call('PUT', '/api/v1/workspaces/w/variables/secret', variable);
    await call('PUT', '/api/v1/workspaces/w/variables/secret', { ...variable, sensitive: false });
    await call('DELETE', '/api/v1/workspaces/w/variables/secret');
    await call('POST', '/api/v1/variable-sets', { name: 'set' });
    await call('PATCH', '/api/v1/variable-sets/set', { description: 'another' });
    await call('PUT', '/api/v1/variable-sets/set/variables/secret', variable);
    await call('DELETE', '/api/v1/variable-sets/set/variables/secret');
    await call('PUT', '/api/v1/variable-sets/set/workspaces/w');
    await call('DELETE', '/api/v1/variable-sets/set/workspaces/w');
    await call('DELETE', '/api/v1/variable-sets/set');
    const archive = await tarGz({ 'main.tf': `# ${PLANTED}` });
    const gzip = { 'content-type': 'application/gzip' };
    const uploaded = await call('POST', '/api/v1/workspaces/w/configurations', archive, gzip);
    await call('POST', '/api/v1/workspaces/w/configurations/reuse', { sha256: uploaded.sha256 });
    const state = { version: 4, serial: 1, lineage: randomUUID(), outputs: {}, resources: [] };
    const outputs = { secret: { value: PLANTED, type: 'string', sensitive: true } };
    const json = { 'content-type': 'application/json' };
    await call('POST', '/api/v1/workspaces/w/state-versions', JSON.stringify({ ...state, outputs }), json);
    const next = JSON.stringify({ ...state, serial: 2, outputs });
    await call('POST', '/api/v1/workspaces/w/terraform-state', next, json);
    await call('DELETE', '/api/v1/workspaces/w/terraform-state');
    const task = await call<Task>('POST', '/api/v1/tasks', { workspaceId: workspace.id, operation: 'plan' });
    await call('POST', `/api/v1/tasks/${task.id}/cancel`, { comment: 'not now' });
    const again = await call<Task>('POST', `/api/v1/tasks/${task.id}/retry`, {});
    await call('POST', `/api/v1/tasks/${again.id}/cancel`, {});
    const steps = [{ name: 'build', run: `echo ${PLANTED}` }];
    await call('POST', '/api/v1/tasks', { kind: 'build', steps, maxRetries: 1 });
    await call('DELETE', '/api/v1/workspaces/w?force=true');

    const email = 'member@example.org';
    await call('POST', '/api/v1/members', { email });
    await call('PATCH', `/api/v1/members/${email}`, { role: 'owner' });
    await call('POST', '/api/v1/teams', { name: 'team' });
    await call('PATCH', '/api/v1/teams/team', { signInGroup: 'group' });
    await call('PUT', `/api/v1/teams/team/members/${email}`);
    const grant = await call('POST', '/api/v1/grants', { role: 'viewer', team: 'team', project: 'two' });
    await call('DELETE', `/api/v1/grants/${grant.id}`);
    await call('DELETE', `/api/v1/teams/team/members/${email}`);
    await call('DELETE', '/api/v1/teams/team');
    const link = await call<{ url: string }>('POST', '/api/v1/sign-in-links', { member: email });
    secrets.push(String(new URL(link.url).searchParams.get('token')));
    await call('DELETE', `/api/v1/members/${email}`);
    await call('DELETE', '/api/v1/projects/two');
    for (const [path, body] of [
      ['/api/v1/keys', { name: 'ci', role: 'planner' }],
      ['/api/v1/account/keys', { name: 'laptop' }],
    ] as const) {
      const key = await call<NewApiKey>('POST', path, body);
      shown(key);
      const rotated = await call<NewApiKey>('POST', `${path}/${key.id}/rotate`, {});
      shown(rotated);
      await call('DELETE', `${path}/${rotated.id}`);
    }
    await call('POST', '/api/v1/installation/data-keys');
    await call('PATCH', '/api/v1/account', { name: 'Another Name' });
    await call('POST', '/api/v1/organizations', { name: 'tenant' });
    const there = { 'berth-organization': 'tenant' };
    await call('PATCH', '/api/v1/organization', { name: 'renamed' }, there);
    await call('DELETE', '/api/v1/organization', undefined, { 'berth-organization': 'renamed' });
    return secrets;
  }

  it('has each change, with who made it, from where, and what it was about', async () => {
    const secrets = await changeEverything();
    const named = await system.database.database.rows<{ id: string }>(
      "select distinct object_id as id from audit_records where outcome = 'done'",
    );
    const ids = new Set(named.map(({ id }) => id));
    expect(madeIds.filter((id) => !ids.has(id))).toEqual([]);
    expect(madeIds.length).toBeGreaterThan(15);
    const source = await tarGz({ 'a.txt': PLANTED });
    await asOwner.expect('POST', '/api/v1/sources', source, { 'content-type': 'application/gzip' });
    for (const path of ['/api/builds', '/api/builds/submit']) {
      const response = await fetch(new URL(path, api.baseUrl), {
        method: 'POST',
        headers: { authorization: `Bearer ${owner.key}` },
        body: form({ platform: 'ios' }, { source }),
      });
      expect(response.status).toBeLessThan(300);
    }
    const all = await system.database.database.rows<{ operation: string; record: string }>(
      "select operation, to_jsonb(a)::text as record from audit_records a where outcome = 'done'",
    );
    const recorded = new Set(all.map(({ operation }) => operation));
    expect(changing.filter((id) => !recorded.has(id) && NOT_HERE[id] === undefined)).toEqual([]);
    expect(changing.length).toBeGreaterThan(50);
    for (const secret of [PLANTED, ...secrets]) {
      expect(all.filter(({ record }) => record.includes(secret))).toEqual([]);
    }
    const [made] = await records('&operation=createWorkspace');
    expect(made).toMatchObject({
      actor: `user:${owner.email}`,
      principal: `user:${owner.userId}`,
      address: '127.0.0.1',
      outcome: 'done',
      status: null,
      object: { type: 'workspace', id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      before: null,
      after: { name: 'w', git: { url: 'https://git.example.org/a.git', token: '(not kept)' } },
    });
    expect(made?.apiKeyId).not.toBeNull();
    const [changed] = await records('&operation=updateWorkspace');
    expect(changed).toMatchObject({
      object: { id: made?.object.id, name: 'w' },
      before: { autoApply: false, git: { url: 'https://git.example.org/a.git' } },
      after: { autoApply: true, git: null },
    });
    const [gone] = await records('&operation=deleteWorkspace');
    expect(gone).toMatchObject({ object: { id: made?.object.id }, before: { name: 'w', autoApply: true } });
  }, 60_000);

  it('has each refusal, of every operation that changes something', async () => {
    const { id: organizationId } = await api.expect<{ id: string }>('GET', '/api/v1/organization');
    const nobody = await person(system.database.database, { organizationId });
    const weak = new ApiCaller(api.baseUrl, nobody.key);
    const document = await api.expect<OpenApiDocument>('GET', '/openapi.json');
    for (const { method, path, document: operation } of operationsOf(document)) {
      if (method !== 'GET' && changing.includes(String(operation.operationId))) {
        await weak.call(method, path.replaceAll(/\{\w+\}/g, randomUUID()), {});
      }
    }
    const refused = await records(`&outcome=refused&actor=user:${nobody.email}`);
    const without = changing.filter((id) => !refused.some(({ operation }) => operation === id));
    // Of their own things nobody is refused: what they sent was malformed, or is done.
    expect(without).toEqual(['updateAccount', 'createUserKey', 'setPassword']);
    expect(refused.find(({ operation }) => operation === 'createPool')).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
    });
  }, 60_000);

  it('is written with the change or the change is not made', async () => {
    const { database } = system.database;
    await database.rows('alter table audit_records rename to audit_records_away');
    let answer: Answer;
    try {
      answer = await api.call('POST', '/api/v1/projects', { name: 'unrecorded' });
    } finally {
      await database.rows('alter table audit_records_away rename to audit_records');
    }
    expect(answer.status).toBe(500);
    expect(await api.call('GET', '/api/v1/projects/unrecorded')).toMatchObject({ status: 404 });
    expect((await api.call('POST', '/api/v1/projects', { name: 'unrecorded' })).status).toBe(201);
  });

  it('says once what was asked for twice under one Idempotency-Key', async () => {
    const asked = ['POST', '/api/v1/projects', { name: 'once' }, { 'idempotency-key': 'once' }] as const;
    await api.expect(...asked);
    await api.expect(...asked);
    const made = (await records('&operation=createProject')).filter(
      ({ after }) => (after as { name?: string } | null)?.name === 'once',
    );
    expect(made).toHaveLength(1);
  });

  it('is filtered, paged and exported in lines', async () => {
    const all = await records();
    const ids = all.map(({ id }) => Number(id));
    expect(ids.length).toBeGreaterThan(20);
    expect(ids).toEqual([...ids].sort((one, other) => other - one));
    const first = await api.expect<Page<AuditRecord>>('GET', '/api/v1/audit?limit=3');
    expect(first.items).toEqual(all.slice(0, 3));
    expect((await records('&objectType=project')).every(({ object }) => object.type === 'project')).toBe(
      true,
    );
    const middle = all[Math.floor(all.length / 2)]!;
    const before = await records(`&until=${middle.at}`);
    expect(before.every(({ at }) => at < middle.at)).toBe(true);
    const lines = await api.expect<string>('GET', '/api/v1/audit/export');
    const exported = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditRecord);
    expect(exported).toEqual(all);
    expect(await api.call('GET', '/api/v1/audit?since=yesterday')).toMatchObject({ status: 400 });
  });

  it('is each organization’s own', async () => {
    await api.expect('POST', '/api/v1/organizations', { name: 'apart', ownerEmail: owner.email });
    const there = { 'berth-organization': 'apart' };
    await asOwner.expect('POST', '/api/v1/projects', { name: 'theirs' }, there);
    const theirs = await asOwner.expect<Page<AuditRecord>>('GET', '/api/v1/audit', undefined, there);
    expect(theirs.items.map(({ operation }) => operation)).toEqual(['createProject']);
    const ours = await asOwner.expect<Page<AuditRecord>>('GET', '/api/v1/audit?limit=200', undefined, {
      'berth-organization': 'default',
    });
    expect(ours.items.some(({ after }) => (after as { name?: string } | null)?.name === 'theirs')).toBe(
      false,
    );
  });

  it('is only ever added to, and ends with its age', async () => {
    const { database } = system.database;
    await expect(database.rows("update audit_records set actor = 'nobody'")).rejects.toThrow(
      'only ever added',
    );
    await expect(database.rows('delete from audit_records')).rejects.toThrow('only ever added');
    expect(await endAuditRecords(database, 1, 100)).toBe(0);
    await database.rows(
      `insert into audit_records (at, actor, address, user_agent, request_id, operation, object_type, object_id, outcome)
       values (now() - interval '2 days', 'user:old', '', '', '', 'old', '', '', 'done')`,
    );
    expect(await endAuditRecords(database, 1, 100)).toBe(1);
    expect((await records()).length).toBeGreaterThan(10);
  });
});
