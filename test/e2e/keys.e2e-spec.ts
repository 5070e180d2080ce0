import type { ApiKey, Member, NewApiKey, Page, Workspace } from '@berth/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiCaller } from '../support/api-caller.js';
import { person, type Person } from '../support/people.js';
import { System } from '../support/system.js';

const PER_MINUTE = 600;

describe('keys, organizations and members', () => {
  let system: System;
  let api: ApiCaller;
  let organizationId: string;
  let owner: Person;

  beforeAll(async () => {
    system = await System.start({ only: 'api', apiEnv: { BERTH_REQUESTS_PER_MINUTE: String(PER_MINUTE) } });
    ({ api } = system);
    organizationId = (await api.expect<{ id: string }>('GET', '/api/v1/organization')).id;
    owner = await person(system.database.database, { organizationId, member: 'owner' });
  }, 120_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  const by = (key: string): ApiCaller => new ApiCaller(api.baseUrl, key);
  const statusOf = async (key: string, path = '/api/v1/whoami'): Promise<number> =>
    (await by(key).call('GET', path)).status;
  const serviceKey = async (more: object = {}): Promise<NewApiKey> =>
    api.expect<NewApiKey>('POST', '/api/v1/keys', { name: 'ci', role: 'planner', ...more });

  it('are shown once, and kept as hashes only', async () => {
    const made = await serviceKey();
    expect(made.key).toMatch(/^berth_key_[\w-]{43}$/);
    expect(made.key.startsWith(made.prefix)).toBe(true);
    expect(await statusOf(made.key)).toBe(200);
    const { items } = await api.expect<Page<ApiKey>>('GET', '/api/v1/keys');
    const listed = items.find(({ id }) => id === made.id);
    expect(listed).toMatchObject({ name: 'ci', role: 'planner', projects: null, revokedAt: null });
    expect(listed?.lastUsedAt).not.toBeNull();
    const tables = await system.database.database.rows<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    );
    for (const { name } of tables) {
      const found = await system.database.database.rows(
        `select 1 from ${name} t where t::text like '%' || $1 || '%'`,
        [made.key],
      );
      expect({ name, found: found.length }).toEqual({ name, found: 0 });
    }
  });

  it('open nothing once they are revoked or over', async () => {
    const revoked = await serviceKey();
    expect(await statusOf(revoked.key)).toBe(200);
    await api.expect('DELETE', `/api/v1/keys/${revoked.id}`);
    expect(await by(revoked.key).call('GET', '/api/v1/whoami')).toMatchObject({
      status: 401,
      body: { detail: expect.stringContaining('unknown, revoked or expired') },
    });
    const over = await serviceKey({ expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    expect(await statusOf(over.key)).toBe(200);
    await system.database.database.rows('update api_keys set expires_at = now() where id = $1', [over.id]);
    expect(await statusOf(over.key)).toBe(401);
    expect(
      await api.call('POST', '/api/v1/keys', {
        name: 'x',
        role: 'viewer',
        expiresAt: '2020-01-01T00:00:00Z',
      }),
    ).toMatchObject({ status: 400, body: { errors: [{ field: 'expiresAt' }] } });
  });

  it('end the streams that they have opened', async () => {
    const workspace = await api.workspace('followed', { 'main.tf': '' });
    const task = await api.task(workspace.id, 'plan');
    const { id, key } = await serviceKey();
    const stream = await fetch(new URL(`/api/v1/tasks/${task.id}/events`, api.baseUrl), {
      headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' },
    });
    expect(stream.status).toBe(200);
    await api.expect('DELETE', `/api/v1/keys/${id}`);
    const text = await stream.text();
    expect(text).toContain('event: ');
    expect(text).not.toContain('event: end');
  }, 60_000);

  it('are made anew while the old one still opens for a while', async () => {
    const old = await serviceKey();
    const fresh = await api.expect<NewApiKey>('POST', `/api/v1/keys/${old.id}/rotate`, {
      overlapSeconds: 600,
    });
    expect(await statusOf(old.key)).toBe(200);
    expect(await statusOf(fresh.key)).toBe(200);
    expect(fresh).toMatchObject({ name: 'ci', role: 'planner' });
    const { items } = await api.expect<Page<ApiKey>>('GET', '/api/v1/keys');
    expect(items.find(({ id }) => id === old.id)?.revokedAt).not.toBeNull();
    const last = await api.expect<NewApiKey>('POST', `/api/v1/keys/${fresh.id}/rotate`, {
      overlapSeconds: 0,
    });
    expect(await statusOf(fresh.key)).toBe(401);
    expect(await statusOf(last.key)).toBe(200);
  });

  it('that are restricted open those places, and nothing once those are gone', async () => {
    const workspace = await api.expect<Workspace>('POST', '/api/v1/workspaces', {
      name: 'mine',
      engine: 'terraform',
    });
    await api.expect('POST', '/api/v1/workspaces', { name: 'not-mine', engine: 'terraform' });
    const { key } = await serviceKey({ role: 'admin', workspaces: ['mine'] });
    expect(await statusOf(key, '/api/v1/workspaces/mine')).toBe(200);
    expect(await statusOf(key, '/api/v1/workspaces/not-mine')).toBe(404);
    expect(await statusOf(key, '/api/v1/pools')).toBe(403);
    expect(
      (await by(key).call('POST', '/api/v1/workspaces', { name: 'more', engine: 'terraform' })).status,
    ).toBe(404);
    await api.expect('DELETE', `/api/v1/workspaces/${workspace.id}`);
    expect((await by(key).call('GET', '/api/v1/workspaces')).body.items).toEqual([]);
    expect(
      await api.call('POST', '/api/v1/keys', { name: 'x', role: 'owner', projects: ['default'] }),
    ).toMatchObject({ status: 400, body: { errors: [{ field: 'role' }] } });
  });

  it('of a person do what the person may, and end with them', async () => {
    const member = await person(system.database.database, { organizationId, role: 'viewer' });
    expect(await statusOf(member.key, '/api/v1/workspaces')).toBe(200);
    expect(await statusOf(member.key, '/api/v1/members')).toBe(403);
    const made = await by(member.key).expect<NewApiKey>('POST', '/api/v1/account/keys', { name: 'laptop' });
    expect(made.key).toMatch(/^berth_user_/);
    await api.expect('DELETE', `/api/v1/members/${member.email}`);
    expect(await by(made.key).call('GET', '/api/v1/workspaces')).toMatchObject({
      status: 403,
      body: { code: 'NO_ORGANIZATION' },
    });
    expect(await statusOf(made.key, '/api/v1/account')).toBe(200);
    await system.database.database.rows('update users set disabled_at = now() where id = $1', [
      member.userId,
    ]);
    expect(await statusOf(made.key, '/api/v1/account')).toBe(401);
  });

  it('that a key makes end no later than that key', async () => {
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const short = await by(owner.key).expect<NewApiKey>('POST', '/api/v1/account/keys', {
      name: 'short',
      expiresAt: soon,
    });
    const longer = await by(short.key).call('POST', '/api/v1/account/keys', { name: 'longer' });
    expect(longer).toMatchObject({ status: 400, body: { errors: [{ field: 'expiresAt' }] } });
    expect(
      (await by(short.key).call('POST', '/api/v1/account/keys', { name: 'as-long', expiresAt: soon })).status,
    ).toBe(201);
  });

  it('say in which organization they act where there are several', async () => {
    await by(owner.key).expect('POST', '/api/v1/organizations', { name: 'second' });
    expect(await by(owner.key).call('GET', '/api/v1/whoami')).toMatchObject({
      status: 400,
      body: { code: 'ORGANIZATION_NEEDED', detail: expect.stringContaining('default, second') },
    });
    const there = await by(owner.key).call('GET', '/api/v1/whoami', undefined, {
      'berth-organization': 'second',
    });
    expect(there.body).toMatchObject({ organization: { name: 'second' }, role: 'owner' });
    for (const named of ['nowhere', 'second']) {
      expect(
        await api.call('GET', '/api/v1/whoami', undefined, { 'berth-organization': named }),
      ).toMatchObject({ status: 404, body: { detail: `there is no organization "${named}"` } });
    }
    expect(
      await api.call('POST', '/api/v1/organizations', { name: 'second', ownerEmail: 'a@b.example' }),
    ).toMatchObject({
      status: 409,
      body: { code: 'NAME_TAKEN' },
    });
  });

  it('leave every organization an owner, also where two owners remove each other at once', async () => {
    const { database } = system.database;
    for (let round = 0; round < 20; round += 1) {
      const name = `race-${round}`;
      const [row] = await database.rows<{ id: string }>(
        'insert into organizations (name) values ($1) returning id',
        [name],
      );
      const id = String(row?.id);
      const one = await person(database, { organizationId: id, member: 'owner' });
      const other = await person(database, { organizationId: id, member: 'owner' });
      const answers = await Promise.all([
        by(one.key).call('DELETE', `/api/v1/members/${other.email}`),
        by(other.key).call('PATCH', `/api/v1/members/${one.email}`, { role: 'member' }),
      ]);
      const owners = await database.rows(
        "select 1 from members where organization_id = $1 and role = 'owner'",
        [id],
      );
      expect(owners.length).toBeGreaterThan(0);
      expect(answers.some(({ status }) => status < 300)).toBe(true);
    }
    const alone = await person(database, { organizationId, member: 'owner' });
    const { items } = await api.expect<Page<Member>>('GET', '/api/v1/members?limit=200');
    for (const { email, role } of items) {
      if (role === 'owner' && email !== alone.email) {
        await api.expect('PATCH', `/api/v1/members/${email}`, { role: 'member' });
      }
    }
    const leaving = await by(alone.key).call('DELETE', `/api/v1/members/${alone.email}`);
    expect(leaving).toMatchObject({ status: 409, body: { code: 'LAST_OWNER' } });
  }, 60_000);

  it('are told how much they may ask, and to wait when they ask for more', async () => {
    const { key } = await serviceKey();
    const first = await by(key).call('GET', '/api/v1/whoami');
    expect(first.headers.get('ratelimit-limit')).toBe(String(PER_MINUTE));
    expect(Number(first.headers.get('ratelimit-remaining'))).toBeGreaterThan(PER_MINUTE - 10);
    let refused = first;
    for (let sent = 0; sent < PER_MINUTE * 3 && refused.status !== 429; sent += 20) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, async () => by(key).call('GET', '/api/v1/whoami')),
      );
      refused = answers.find(({ status }) => status === 429) ?? refused;
    }
    expect(refused).toMatchObject({ status: 429, body: { code: 'TOO_MANY_REQUESTS' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await statusOf((await serviceKey()).key)).toBe(200);
  }, 60_000);

  it('that are guessed are slowed, and those who know theirs are not', async () => {
    const { key } = await serviceKey();
    expect(await statusOf(key)).toBe(200);
    const guess = async (n: number): Promise<number> => statusOf(`berth_key_${String(n).padStart(43, 'x')}`);
    const statuses: number[] = [];
    for (let n = 0; n < 60; n += 1) {
      statuses.push(await guess(n));
    }
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
    expect(statuses.at(-1)).toBe(429);
    expect(await guess(0)).toBe(401);
    expect(await statusOf(key)).toBe(200);
  });
});
