import { createHash, randomBytes } from 'node:crypto';
import type { ApiKey, AuditRecord, DeviceSignIn, Page } from '@berth/contracts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ApiCaller } from '../../support/api-caller.js';
import { PageCaller } from '../../support/page-caller.js';
import { person, type Person } from '../../support/people.js';
import type { System } from '../../support/system.js';
import { apiAlone } from './api-alone.js';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const REDIRECT = 'http://localhost:10005/login';

describe('command lines that a person lets in', () => {
  let system: System;
  let url: string;
  let member: Person;
  let browser: PageCaller;

  beforeAll(async () => {
    system = await apiAlone();
    url = system.api.baseUrl;
    const { id: organizationId } = await system.api.expect<{ id: string }>('GET', '/api/v1/organization');
    member = await person(system.database.database, { organizationId, role: 'viewer' });
    browser = await new PageCaller(url).signIn(system.database.database, member.userId);
  }, 120_000);

  async function form(path: string, fields: Readonly<Record<string, string>>) {
    const response = await fetch(new URL(path, url), {
      method: 'POST',
      body: new URLSearchParams(fields),
      signal: AbortSignal.timeout(30_000),
    });
    return { status: response.status, body: (await response.json()) as any, headers: response.headers };
  }

  const opens = async (key: string): Promise<number> =>
    (await new ApiCaller(url, key).call('GET', '/api/v1/workspaces')).status;

  async function keys(): Promise<readonly ApiKey[]> {
    return (await new ApiCaller(url, member.key).expect<Page<ApiKey>>('GET', '/api/v1/account/keys')).items;
  }

  async function records(operation: string): Promise<readonly AuditRecord[]> {
    return (
      await system.api.expect<Page<AuditRecord>>(
        'GET',
        `/api/v1/audit?operation=${operation}&actor=user:${member.email}`,
      )
    ).items;
  }

  describe('by a code that it shows', () => {
    const begin = async (name = 'berth on laptop'): Promise<DeviceSignIn> =>
      (await form('/auth/device', { client_id: 'berth-cli', name })).body;

    /** As if its last look had been long enough ago. */
    async function poll(deviceCode: string) {
      await system.database.database.rows(
        "update device_sign_ins set polled_at = now() - interval '6 seconds' where polled_at is not null",
      );
      return form('/auth/device/token', { grant_type: DEVICE_GRANT, device_code: deviceCode });
    }

    it('get the key of who lets them in, with a name and an end, once', async () => {
      const device = await begin();
      expect(device).toMatchObject({
        user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
        verification_uri: `${url}/device`,
        verification_uri_complete: `${url}/device?user_code=${device.user_code}`,
        expires_in: 600,
        interval: 5,
      });
      expect(await poll(device.device_code)).toMatchObject({
        status: 400,
        body: { error: 'authorization_pending' },
      });
      const asked = await browser.get(`/device?user_code=${device.user_code}`);
      expect(asked.text).toContain('berth on laptop');
      const typed = ` ${device.user_code.toLowerCase().replace('-', ' ')} `;
      expect((await browser.post('/device', { user_code: typed })).text).toContain(
        'Let this command line in?',
      );
      const answered = await browser.post('/device', {
        user_code: device.user_code,
        answer: 'approve',
        days: '30',
      });
      expect(answered).toMatchObject({ status: 200, text: expect.stringContaining('It is let in') });
      const got = await poll(device.device_code);
      expect(got).toMatchObject({ status: 200, body: { token_type: 'bearer', expires_in: 30 * 86_400 } });
      expect(got.headers.get('cache-control')).toBe('no-store');
      expect(await opens(got.body.access_token)).toBe(200);
      const key = (await keys()).find(({ prefix }) => got.body.access_token.startsWith(prefix));
      expect(key?.name).toBe('berth on laptop');
      expect((Date.parse(String(key?.expiresAt)) - Date.now()) / 86_400_000).toBeCloseTo(30, 1);
      expect(await poll(device.device_code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
      expect((await records('answerDeviceSignIn'))[0]).toMatchObject({
        after: { approved: true, keyDays: 30 },
        object: { name: 'berth on laptop' },
      });
      expect((await records('createCommandLineKey'))[0]?.object).toMatchObject({ id: key?.id, type: 'key' });
    });

    it('are told to slow down where they ask too often', async () => {
      const device = await begin();
      const ask = { grant_type: DEVICE_GRANT, device_code: device.device_code };
      expect((await form('/auth/device/token', ask)).body.error).toBe('authorization_pending');
      expect((await form('/auth/device/token', ask)).body.error).toBe('slow_down');
      expect((await poll(device.device_code)).body.error).toBe('authorization_pending');
    });

    it('get nothing where a person refuses them', async () => {
      const device = await begin();
      const refused = await browser.post('/device', { user_code: device.user_code, answer: 'deny' });
      expect(refused.text).toContain('It is refused');
      expect((await poll(device.device_code)).body.error).toBe('access_denied');
      const late = await browser.post('/device', { user_code: device.user_code, answer: 'approve' });
      expect(late).toMatchObject({ status: 404, text: expect.stringContaining('No command line waits') });
    });

    it('get nothing where nobody lets them in in time', async () => {
      const device = await begin();
      await system.database.database.rows(
        'update device_sign_ins set expires_at = now() where user_code = $1',
        [device.user_code],
      );
      expect((await poll(device.device_code)).body.error).toBe('expired_token');
      expect((await browser.get(`/device?user_code=${device.user_code}`)).status).toBe(404);
    });

    it('get nothing where their person may not sign in any more', async () => {
      const { database } = system.database;
      const device = await begin();
      const { id: organizationId } = await system.api.expect<{ id: string }>('GET', '/api/v1/organization');
      const leaving = await person(database, { organizationId });
      const theirs = await new PageCaller(url).signIn(database, leaving.userId);
      await theirs.post('/device', { user_code: device.user_code, answer: 'approve' });
      await database.rows('update users set disabled_at = now() where id = $1', [leaving.userId]);
      expect((await poll(device.device_code)).body.error).toBe('access_denied');
    });

    it('are told what is wrong with what they send', async () => {
      expect(await form('/auth/device', {})).toMatchObject({
        status: 400,
        body: { error: 'invalid_request', error_description: expect.stringContaining('client_id') },
      });
      expect(
        (await form('/auth/device/token', { grant_type: 'password', device_code: 'x' })).body.error,
      ).toBe('invalid_request');
      expect(
        (await form('/auth/device/token', { grant_type: DEVICE_GRANT, device_code: 'x' })).body.error,
      ).toBe('invalid_grant');
      const large = await form('/auth/device', { client_id: 'x'.repeat(20_000) });
      expect(large.status).toBe(413);
    });

    it('are let in by people who are signed in, on our own page only', async () => {
      const device = await begin();
      const stranger = new PageCaller(url);
      const sent = await stranger.get(`/device?user_code=${device.user_code}`);
      expect(sent).toMatchObject({
        status: 303,
        location: `/sign-in?return_to=${encodeURIComponent(`/device?user_code=${device.user_code}`)}`,
      });
      const answer = { user_code: device.user_code, answer: 'approve' };
      expect((await stranger.post('/device', answer)).status).toBe(303);
      expect((await browser.post('/device', answer, { origin: 'https://evil.example' })).status).toBe(403);
      expect((await poll(device.device_code)).body.error).toBe('authorization_pending');
    });
  });

  describe('by a redirect with PKCE', () => {
    interface Pkce {
      readonly verifier: string;
      readonly challenge: string;
    }
    const pkce = (): Pkce => {
      const verifier = randomBytes(32).toString('base64url');
      return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
    };
    const question = ({ challenge }: Pkce, more: Record<string, string> = {}) => ({
      client_id: 'terraform-cli',
      response_type: 'code',
      redirect_uri: REDIRECT,
      state: 'the-state',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...more,
    });
    const address = (asked: Record<string, string>) =>
      `/oauth/authorize?${String(new URLSearchParams(asked))}`;

    async function codeFor(pair: Pkce, days = '90'): Promise<string> {
      const answer = await browser.post('/oauth/authorize', { ...question(pair), answer: 'approve', days });
      const back = new URL(String(answer.location));
      expect(back.origin + back.pathname).toBe(REDIRECT);
      expect(back.searchParams.get('state')).toBe('the-state');
      return String(back.searchParams.get('code'));
    }
    const exchange = async (code: string, { verifier }: Pkce, more: Record<string, string> = {}) =>
      form('/oauth/token', {
        grant_type: 'authorization_code',
        client_id: 'terraform-cli',
        redirect_uri: REDIRECT,
        code,
        code_verifier: verifier,
        ...more,
      });

    it('find out where from the discovery document', async () => {
      const response = await fetch(new URL('/.well-known/terraform.json', url));
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      expect(await response.json()).toEqual({
        'login.v1': {
          client: 'terraform-cli',
          grant_types: ['authz_code'],
          authz: '/oauth/authorize',
          token: '/oauth/token',
          ports: [10000, 10010],
        },
      });
    });

    it('get the key of who lets them in, with a name and an end', async () => {
      const pair = pkce();
      const page = await browser.get(address(question(pair)));
      expect(page).toMatchObject({ status: 200, text: expect.stringContaining('Let terraform login in?') });
      expect(page.headers.get('content-security-policy')).toContain(
        "form-action 'self' http://localhost:10005;",
      );
      const got = await exchange(await codeFor(pair, '7'), pair);
      expect(got).toMatchObject({ status: 200, body: { token_type: 'bearer', expires_in: 7 * 86_400 } });
      expect(await opens(got.body.access_token)).toBe(200);
      const key = (await keys()).find(({ prefix }) => got.body.access_token.startsWith(prefix));
      expect(key?.name).toBe('terraform login');
      expect((await records('createCommandLineKey'))[0]?.object.id).toBe(key?.id);
    });

    it('lose what a code gave when it is shown twice', async () => {
      const pair = pkce();
      const code = await codeFor(pair);
      const got = await exchange(code, pair);
      expect(await opens(got.body.access_token)).toBe(200);
      expect(await exchange(code, pair)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
      expect(await opens(got.body.access_token)).toBe(401);
      expect((await records('createCommandLineKey'))[0]).toMatchObject({
        outcome: 'refused',
        code: 'CODE_USED_TWICE',
      });
    });

    it('get one key where two show a code at the same time, and that one is revoked', async () => {
      const pair = pkce();
      const code = await codeFor(pair);
      const answers = await Promise.all(Array.from({ length: 5 }, async () => exchange(code, pair)));
      const given = answers.filter(({ status }) => status === 200);
      expect(given).toHaveLength(1);
      expect(await opens(given[0]?.body.access_token)).toBe(401);
    });

    it.each<[string, Record<string, string>, string]>([
      ['another verifier', { code_verifier: 'x'.repeat(43) }, 'invalid_grant'],
      ['a verifier that is none', { code_verifier: 'short' }, 'invalid_request'],
      ['another address', { redirect_uri: 'http://localhost:10006/login' }, 'invalid_grant'],
      ['another client', { client_id: 'another' }, 'invalid_client'],
      ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
      ['another code', { code: 'another' }, 'invalid_grant'],
    ])('get nothing for a code with %s', async (_what, wrong, error) => {
      const pair = pkce();
      const code = await codeFor(pair);
      expect(await exchange(code, pair, wrong)).toMatchObject({ status: 400, body: { error } });
    });

    it('cannot try verifiers: a code with a wrong one is used up', async () => {
      const pair = pkce();
      const code = await codeFor(pair);
      await exchange(code, pair, { code_verifier: 'x'.repeat(43) });
      expect((await exchange(code, pair)).body.error).toBe('invalid_grant');
    });

    it('get nothing for a code that is over', async () => {
      const pair = pkce();
      const code = await codeFor(pair);
      await system.database.database.rows(
        'update authorization_codes set expires_at = now() where used_at is null',
      );
      expect((await exchange(code, pair)).body.error).toBe('invalid_grant');
    });

    it.each([
      ['response_type', 'token'],
      ['code_challenge_method', 'plain'],
      ['code_challenge', 'x'],
      ['code_challenge', ''],
    ])('are told of a question with another %s: %s', async (field, value) => {
      const { location } = await browser.get(address(question(pkce(), { [field]: value })));
      const back = new URL(String(location));
      expect(back.origin + back.pathname).toBe(REDIRECT);
      expect(Object.fromEntries(back.searchParams)).toMatchObject({
        error: 'invalid_request',
        error_description: expect.stringContaining(field),
        state: 'the-state',
      });
    });

    it.each([
      ['redirect_uri', 'https://evil.example/login'],
      ['redirect_uri', 'http://localhost:10011/login'],
      ['client_id', 'another'],
    ])('that ask with another %s, %s, are never sent anywhere', async (field, value) => {
      const asked = question(pkce(), { [field]: value });
      for (const answer of [
        await browser.get(address(asked)),
        await browser.post('/oauth/authorize', { ...asked, answer: 'approve' }),
      ]) {
        expect(answer).toMatchObject({ status: 400, location: null, text: expect.stringContaining(field) });
      }
    });

    it('are told where a person refuses them', async () => {
      const answer = await browser.post('/oauth/authorize', { ...question(pkce()), answer: 'deny' });
      const back = new URL(String(answer.location));
      expect(Object.fromEntries(back.searchParams)).toEqual({ error: 'access_denied', state: 'the-state' });
    });

    it('are let in by people who are signed in, on our own page only; the question outlives the sign-in', async () => {
      const asked = { ...question(pkce()), state: 'a&b=c %2F' };
      const stranger = new PageCaller(url);
      const { location } = await stranger.get(address(asked));
      const wayBack = String(new URL(String(location), url).searchParams.get('return_to'));
      expect(Object.fromEntries(new URL(wayBack, url).searchParams)).toEqual(asked);
      await stranger.signIn(system.database.database, member.userId);
      const page = await stranger.get(String(location));
      expect(page.location).toBe(wayBack);
      expect((await stranger.get(wayBack)).text).toContain('value="a&amp;b=c %2F"');
      const foreign = await browser.post(
        '/oauth/authorize',
        { ...asked, answer: 'approve' },
        { origin: 'null' },
      );
      expect(foreign).toMatchObject({ status: 403, location: null });
    });
  });
});
