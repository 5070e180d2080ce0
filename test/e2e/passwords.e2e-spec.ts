import type { AuditRecord, Member, Page, SignInLink } from '@berth/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiCaller } from '../support/api-caller.js';
import { PageCaller, type PageAnswer } from '../support/page-caller.js';
import { person } from '../support/people.js';
import { System } from '../support/system.js';

const PASSWORD = 'a harbour full of boats';

describe('the first owner, links and passwords', () => {
  let system: System;
  let url: string;

  beforeAll(async () => {
    system = await System.start({ only: 'api' });
    url = system.api.baseUrl;
  }, 120_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  async function link(member?: string): Promise<string> {
    const body = member === undefined ? {} : { member };
    const { url: made } = await system.api.expect<SignInLink>('POST', '/api/v1/sign-in-links', body);
    expect(made.startsWith(`${url}/sign-in/link?token=berth_link_`)).toBe(true);
    return String(new URL(made).searchParams.get('token'));
  }
  const use = async (token: string, fields: Record<string, string> = {}, browser = new PageCaller(url)) =>
    browser.post('/sign-in/link', { token, ...fields });
  const signIn = async (email: string, password: string, browser = new PageCaller(url)) =>
    browser.post('/sign-in', { email, password, return_to: '/device' });
  const isOver = ({ status, text }: PageAnswer): boolean => status === 410 && text.includes('does not open');
  const records = async (query: string): Promise<readonly AuditRecord[]> =>
    (await system.api.expect<Page<AuditRecord>>('GET', `/api/v1/audit?${query}`)).items;

  it('begin with a link that makes one owner, also where many open it at once, or a newer one', async () => {
    const replaced = await link();
    const token = await link();
    expect(isOver(await new PageCaller(url).get(`/sign-in/link?token=${replaced}`))).toBe(true);
    // A scanner of links looks as often as it likes.
    for (let n = 0; n < 3; n += 1) {
      expect((await new PageCaller(url).get(`/sign-in/link?token=${token}`)).text).toContain('first owner');
    }
    expect((await use(token, { email: 'no address', name: 'x', password: PASSWORD })).text).toContain(
      'no e-mail address',
    );
    expect((await use(token, { email: 'o@example.org', name: 'x', password: 'short' })).text).toContain(
      '12 to 200 characters',
    );
    expect((await use(token, { email: 'o@example.org', name: 'x' })).text).toContain('Choose a password');
    const answers = await Promise.all(
      Array.from({ length: 6 }, async (_, n) =>
        use(token, { email: `owner${n}@example.org`, name: `Owner ${n}`, password: PASSWORD }),
      ),
    );
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(answers.filter(isOver)).toHaveLength(5);
    const { items } = await system.api.expect<Page<Member>>('GET', '/api/v1/members');
    expect(items.map(({ role }) => role)).toEqual(['owner']);
    expect(await system.api.call('POST', '/api/v1/sign-in-links', {})).toMatchObject({
      status: 409,
      body: { code: 'OWNER_ALREADY' },
    });
    const [record] = await records('operation=takeSignInLink');
    expect(record).toMatchObject({ after: { firstOwner: true, passwordSet: true } });
    expect(JSON.stringify(await records(''))).not.toContain(PASSWORD);
    const email = String(items[0]?.email);
    expect(await signIn(email.toUpperCase(), PASSWORD)).toMatchObject({ status: 303, location: '/device' });
  });

  it('let a member in by a link, once, who may choose a password there', async () => {
    const { email } = await system.api.expect<Member>('POST', '/api/v1/members', { email: 'm@example.org' });
    const token = await link(email);
    expect((await new PageCaller(url).get(`/sign-in/link?token=${token}`)).text).toContain(email);
    expect((await use(token, { password: 'M@example.org' })).status).toBe(400);
    const browser = new PageCaller(url);
    expect(await use(token, { password: PASSWORD }, browser)).toMatchObject({ status: 303 });
    expect((await browser.json('GET', '/api/v1/account')).body).toMatchObject({ email, hasPassword: true });
    expect(isOver(await use(token))).toBe(true);
    expect((await signIn(email, PASSWORD)).status).toBe(303);
    expect((await signIn(email, `${PASSWORD}!`)).status).toBe(401);
    const signIns = await records(`actor=user:${email}`);
    expect(signIns.map(({ operation, code }) => code ?? operation)).toEqual([
      'WRONG_PASSWORD',
      'signIn',
      'takeSignInLink',
    ]);
  });

  it('make no link for who belongs elsewhere too, where it would open what is another’s', async () => {
    const { database } = system.database;
    const { id: organizationId } = await system.api.expect<{ id: string }>('GET', '/api/v1/organization');
    const both = await person(database, { organizationId });
    await system.api.expect('POST', '/api/v1/organizations', { name: 'another', ownerEmail: both.email });
    const linkFor = async (member: string, key = system.api.key) =>
      new ApiCaller(system.api.baseUrl, key).call('POST', '/api/v1/sign-in-links', { member });
    // Nobody has come in by that address yet: this is how its person is let in.
    expect((await linkFor(both.email)).status).toBe(201);
    await database.rows('update users set last_sign_in_at = now() where id = $1', [both.userId]);
    expect(await linkFor(both.email)).toMatchObject({
      status: 409,
      body: { code: 'MEMBER_ELSEWHERE' },
    });
    expect((await linkFor('nobody@example.org')).status).toBe(404);
  });

  it('make none for the owner of another organization, who could be anybody before they are somewhere else', async () => {
    const { database } = system.database;
    const { id: organizationId } = await system.api.expect<{ id: string }>('POST', '/api/v1/organizations', {
      name: 'tenant',
      ownerEmail: 'first@tenant.example',
    });
    const { key } = await person(database, { organizationId, member: 'owner' });
    const tenant = new ApiCaller(url, key);
    await tenant.expect('POST', '/api/v1/members', { email: 'victim@example.org' });
    expect(
      (await tenant.call('POST', '/api/v1/sign-in-links', { member: 'victim@example.org' })).status,
    ).toBe(404);
  });

  it('open nothing after a day', async () => {
    const { email } = await system.api.expect<Member>('POST', '/api/v1/members', { email: 'd@example.org' });
    const token = await link(email);
    await system.database.database.rows('update sign_in_links set expires_at = now() where used_at is null');
    expect(isOver(await use(token))).toBe(true);
  });

  it('set a password in the browser only, with the one before, and sign out everywhere else', async () => {
    const { database } = system.database;
    const { id: organizationId } = await system.api.expect<{ id: string }>('GET', '/api/v1/organization');
    const { userId, key, email } = await person(database, { organizationId });
    const [here, there] = [new PageCaller(url), new PageCaller(url)];
    await here.signIn(database, userId);
    await there.signIn(database, userId);
    const set = async (body: object) => here.json('PUT', '/api/v1/account/password', body);
    const byKey = await fetch(new URL('/api/v1/account/password', url), {
      method: 'PUT',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ password: PASSWORD }),
    });
    expect([byKey.status, ((await byKey.json()) as { code: string }).code]).toEqual([403, 'SESSION_NEEDED']);
    expect(await set({ password: 'aaaaaaaaaaaaaaaa' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'password' }] },
    });
    expect((await set({ password: PASSWORD })).status).toBe(204);
    expect((await there.json('GET', '/api/v1/account')).status).toBe(401);
    expect((await here.json('GET', '/api/v1/account')).body.hasPassword).toBe(true);
    const next = 'another harbour of boats';
    expect((await set({ password: next })).body).toMatchObject({ code: 'WRONG_PASSWORD' });
    expect((await set({ password: next, current: PASSWORD })).status).toBe(204);
    expect((await signIn(email, PASSWORD)).status).toBe(401);
    expect((await signIn(email, next)).status).toBe(303);
    expect((await records('operation=setPassword&outcome=done')).length).toBe(2);
  }, 60_000);

  it('are slowed where they are guessed, with how long to wait, and say the same of who is not known', async () => {
    const { email } = await system.api.expect<Member>('POST', '/api/v1/members', { email: 'g@example.org' });
    await use(await link(email), { password: PASSWORD });
    const tries = async (address: string): Promise<PageAnswer[]> => {
      const answers: PageAnswer[] = [];
      for (let n = 0; n < 6; n += 1) {
        answers.push(await signIn(address, 'not the password'));
      }
      return answers;
    };
    const known = await tries(email);
    const unknown = await tries('nobody@example.org');
    for (const answers of [known, unknown]) {
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
      const last = answers.at(-1);
      expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(last?.text).toMatch(/Too many tries to sign in: try again in \d+ s/);
    }
    const said = (answer: PageAnswer | undefined, address: string) => answer?.text.replaceAll(address, '…');
    expect(said(known[0], email)).toBe(said(unknown[0], 'nobody@example.org'));
    expect((await signIn(email, PASSWORD)).status).toBe(429);
  }, 60_000);

  it('take forms from our own pages only, and lead nowhere else', async () => {
    const foreign = await new PageCaller(url).post(
      '/sign-in',
      { email: 'm@example.org', password: PASSWORD },
      { origin: 'https://evil.example' },
    );
    expect(foreign.status).toBe(403);
    const { location } = await new PageCaller(url).post('/sign-in', {
      email: 'm@example.org',
      password: PASSWORD,
      return_to: '//evil.example/',
    });
    expect(location).toBe('/');
    expect((await new PageCaller(url).post('/sign-out', {}, { origin: 'null' })).status).toBe(403);
    expect((await new PageCaller(url).post('/sign-in', { email: 'x'.repeat(30_000) })).status).toBe(413);
  });

  it('can be switched off', async () => {
    await system.apiService.end('SIGTERM');
    system.apiService.start({ BERTH_PASSWORDS: 'false' });
    await system.apiService.ready();
    const page = await new PageCaller(url).get('/sign-in');
    expect(page.text).not.toContain('type="password"');
    expect(page.text).toContain('Nobody can sign in here by themselves');
    expect(await signIn('m@example.org', PASSWORD)).toMatchObject({
      status: 403,
      text: expect.stringContaining('BERTH_PASSWORDS'),
    });
    const token = await link('m@example.org');
    expect((await new PageCaller(url).get(`/sign-in/link?token=${token}`)).text).not.toContain('password');
    expect((await use(token, { password: PASSWORD })).status).toBe(400);
    expect((await use(token)).status).toBe(303);
  }, 60_000);
});
