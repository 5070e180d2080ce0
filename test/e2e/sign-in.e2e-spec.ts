import type { AuditRecord, Member, Page as Listed, TeamMember, UserSession } from '@berth/contracts';
import { freePort } from '@berth/private-servers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openContext } from '../support/browser-pages.js';
import { startChromium } from '../support/chromium.js';
import { TestIdentityProvider } from '../support/identity-provider.js';
import { PageCaller } from '../support/page-caller.js';
import { System } from '../support/system.js';

describe('people who sign in by an identity provider', () => {
  let system: System;
  let url: string;
  let provider: TestIdentityProvider;
  let browser: Browser;
  const complaints: string[] = [];
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    const port = await freePort();
    browser = await startChromium();
    // The provider is not there yet.
    system = await System.start({
      only: 'api',
      apiEnv: {
        BERTH_OIDC_ISSUER: `http://127.0.0.1:${port}`,
        BERTH_OIDC_CLIENT_ID: 'berth',
        BERTH_OIDC_CLIENT_SECRET: 'the-client-secret',
        BERTH_OIDC_ALLOWED_DOMAINS: 'example.org',
      },
    });
    url = system.api.baseUrl;
    const away = await new PageCaller(url).get('/sign-in/oidc');
    expect(away).toMatchObject({ status: 503, text: expect.stringContaining('cannot be reached now') });
    provider = await TestIdentityProvider.start(port, {
      callback: `${url}/sign-in/callback`,
      signedOut: `${url}/sign-in`,
    });
    for (const name of ['ann', 'bob', 'cy', 'dan', 'eve', 'fay', 'gil']) {
      provider.accounts.set(name, {
        email: `${name}@example.org`,
        email_verified: true,
        name: `${name} Example`,
        groups: [],
      });
    }
  }, 300_000);

  afterEach(async () => {
    await Promise.all(contexts.splice(0).map(async (context) => context.close()));
    expect(complaints.splice(0)).toEqual([]);
  });

  afterAll(async () => {
    await browser.close();
    await provider.close();
    await system.stop();
  }, 60_000);

  async function open(path = '/sign-in'): Promise<Page> {
    const context = await openContext(browser, complaints);
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(`${url}${path}`);
    return page;
  }

  async function signIn(page: Page, account: string): Promise<void> {
    await page.getByRole('link', { name: /^Sign in with 127/ }).click();
    // The provider remembers who was there.
    if (page.url().includes('/interaction/')) {
      await page.getByLabel('login').fill(account);
      await page.getByRole('button', { name: 'Go on' }).click();
    }
    await page.waitForURL(`${url}/**`);
  }

  const title = async (page: Page): Promise<string> => page.getByRole('heading', { level: 1 }).innerText();

  /** By the cookie of the page. */
  async function call(page: Page, method: string, path: string) {
    const answer = await page.request.fetch(`${url}${path}`, { method, headers: { origin: url } });
    const text = await answer.text();
    return { status: answer.status(), body: text === '' ? null : JSON.parse(text) };
  }

  async function member(email: string): Promise<Member | undefined> {
    return (await system.api.expect<Listed<Member>>('GET', '/api/v1/members')).items.find(
      (one) => one.email === email,
    );
  }

  async function records(query: string): Promise<readonly AuditRecord[]> {
    return (await system.api.expect<Listed<AuditRecord>>('GET', `/api/v1/audit?${query}`)).items;
  }

  it('are members from then on, with a session that they see and can end', async () => {
    const page = await open();
    await signIn(page, 'ann');
    expect(await title(page)).toBe('Front page');
    expect(await page.getByText('ann@example.org').count()).toBe(1);
    expect(await member('ann@example.org')).toMatchObject({ role: 'member', name: 'ann Example' });
    const cookies = await page.context().cookies(url);
    // The others are the provider's: cookies know no ports.
    expect(cookies.filter(({ name }) => name.includes('berth'))).toEqual([
      expect.objectContaining({
        name: '__Host-berth-session',
        httpOnly: true,
        secure: true,
        sameSite: 'Lax',
      }),
    ]);
    const sessions = await call(page, 'GET', '/api/v1/account/sessions');
    expect(sessions.body).toEqual([expect.objectContaining({ current: true, address: '127.0.0.1' })]);
    const [record] = await records('operation=signIn');
    expect(record).toMatchObject({
      actor: 'user:ann@example.org',
      after: { by: 'single sign-on' },
      outcome: 'done',
    });
    const again = await open();
    await signIn(again, 'ann');
    const { items } = await system.api.expect<Listed<Member>>('GET', '/api/v1/members');
    expect(items.filter(({ email }) => email === 'ann@example.org')).toHaveLength(1);
  });

  it('go on to where they wanted to go', async () => {
    const page = await open('/device?user_code=BCDF-GHJK');
    expect(await title(page)).toBe('Sign in');
    await signIn(page, 'ann');
    expect(page.url()).toBe(`${url}/device?user_code=BCDF-GHJK`);
    expect(await title(page)).toBe('Let a command line in');
  });

  it('are refused with an address of another domain, or one that is not verified', async () => {
    provider.accounts.set('mallory', { email: 'mallory@evil.example', email_verified: true });
    provider.accounts.set('unverified', { email: 'ann@example.org', email_verified: false });
    for (const account of ['mallory', 'unverified']) {
      const page = await open();
      await signIn(page, account);
      expect(await page.getByRole('alert').innerText()).toContain(
        'only addresses of example.org may sign in',
      );
      expect((await call(page, 'GET', '/api/v1/account')).status).toBe(401);
    }
    expect(await member('mallory@evil.example')).toBeUndefined();
  });

  it('are known by the provider’s own id, whatever their address becomes', async () => {
    const page = await open();
    await signIn(page, 'bob');
    const before = (await call(page, 'GET', '/api/v1/account')).body;
    provider.accounts.set('bob', { email: 'robert@example.org', email_verified: true });
    provider.accounts.set('impostor', { email: 'other@example.org', email_verified: true });
    const later = await open();
    await signIn(later, 'bob');
    expect((await call(later, 'GET', '/api/v1/account')).body.id).toBe(before.id);
    expect(await member('robert@example.org')).toBeUndefined();
  });

  it('are who an owner has added by their address', async () => {
    const added = await system.api.expect<Member>('POST', '/api/v1/members', {
      email: 'Cy@Example.org',
      role: 'owner',
    });
    const page = await open();
    await signIn(page, 'cy');
    expect((await call(page, 'GET', '/api/v1/account')).body).toMatchObject({
      id: added.userId,
      organizations: [{ name: 'default', role: 'owner' }],
    });
  });

  it('are in the teams that their groups name, as long as those do', async () => {
    await system.api.expect('POST', '/api/v1/teams', { name: 'platform', signInGroup: 'g-platform' });
    await system.api.expect('POST', '/api/v1/teams', { name: 'network', signInGroup: 'g-network' });
    const teams = async (): Promise<string[]> => {
      const names = ['network', 'platform'];
      const lists = await Promise.all(
        names.map(async (name) =>
          system.api.expect<Listed<TeamMember>>('GET', `/api/v1/teams/${name}/members`),
        ),
      );
      return names.filter((_name, at) => lists[at]?.items.some(({ email }) => email === 'dan@example.org'));
    };
    const groups = (...named: string[]): void => {
      provider.accounts.set('dan', { email: 'dan@example.org', email_verified: true, groups: named });
    };
    groups('g-platform', 'something else');
    await signIn(await open(), 'dan');
    expect(await teams()).toEqual(['platform']);
    groups('g-network');
    await signIn(await open(), 'dan');
    expect(await teams()).toEqual(['network']);
    expect((await records('operation=followGroups&actor=user:dan@example.org'))[0]).toMatchObject({
      after: { joined: ['network'], left: ['platform'] },
    });
    groups();
    await signIn(await open(), 'dan');
    expect(await teams()).toEqual([]);
  });

  it('are signed out here and there', async () => {
    const page = await open();
    await signIn(page, 'eve');
    await page.getByRole('button', { name: 'Sign out' }).click();
    // The provider asks whether it is meant.
    await page.getByRole('button', { name: /Yes/ }).click();
    await page.waitForURL(`${url}/sign-in`);
    expect(await title(page)).toBe('Sign in');
    expect((await call(page, 'GET', '/api/v1/account')).status).toBe(401);
    await page.getByRole('link', { name: /^Sign in with 127/ }).click();
    expect(page.url()).toContain('/interaction/');
    expect((await records('operation=signOut'))[0]).toMatchObject({ actor: 'user:eve@example.org' });
  });

  it('are signed out where their session was revoked', async () => {
    const [lost, kept] = [await open(), await open()];
    await signIn(lost, 'fay');
    await signIn(kept, 'fay');
    const { body } = await call(kept, 'GET', '/api/v1/account/sessions');
    const other = (body as UserSession[]).find(({ current }) => !current);
    expect((await call(kept, 'DELETE', `/api/v1/account/sessions/${String(other?.id)}`)).status).toBe(204);
    await lost.reload();
    expect(await title(lost)).toBe('Sign in');
    await kept.reload();
    expect(await title(kept)).toBe('Front page');
  });

  it('are refused where they may not sign in any more, which their owners see', async () => {
    const page = await open();
    await signIn(page, 'gil');
    await system.database.database.rows(
      "update users set disabled_at = now() where email = 'gil@example.org'",
    );
    await page.reload();
    expect(await title(page)).toBe('Sign in');
    await signIn(page, 'gil');
    expect(await page.getByRole('alert').innerText()).toContain('may not sign in any more');
    expect((await records('outcome=refused'))[0]).toMatchObject({
      actor: 'user:gil@example.org',
      operation: 'signIn',
      code: 'DISABLED',
    });
  });

  it('go on where the provider is away, and are told so when they sign in', async () => {
    const page = await open();
    await signIn(page, 'ann');
    await provider.close();
    try {
      await page.reload();
      expect(await title(page)).toBe('Front page');
      const other = await open();
      await other.getByRole('link', { name: /^Sign in with 127/ }).click();
      expect(await other.getByRole('alert').innerText()).toContain('cannot be reached now');
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
    } finally {
      await provider.open();
    }
    const later = await open();
    await signIn(later, 'ann');
    expect(await title(later)).toBe('Front page');
  });

  describe('with an answer that is not theirs', () => {
    /** What a browser does at the provider, from the question that `ask` may change to the address that it is sent back to. */
    async function walk(ours: PageCaller, ask: (question: URL) => void = () => undefined): Promise<URL> {
      const { location } = await ours.get('/sign-in/oidc');
      const question = new URL(String(location));
      ask(question);
      const theirs = new PageCaller(provider.issuer);
      for (let next = question; ;) {
        const page = await theirs.get(`${next.pathname}${next.search}`);
        const answer = page.location === null ? await theirs.post(next.pathname, { login: 'ann' }) : page;
        next = new URL(String(answer.location), provider.issuer);
        if (next.origin === url) {
          return next;
        }
      }
    }
    const back = async (ours: PageCaller, { pathname, search }: URL) => ours.get(`${pathname}${search}`);
    const isIn = async (ours: PageCaller): Promise<boolean> =>
      (await ours.json('GET', '/api/v1/account')).status === 200;

    it('are let in where nothing is wrong', async () => {
      const ours = new PageCaller(url);
      expect(await back(ours, await walk(ours))).toMatchObject({ status: 303, location: '/' });
      expect(await isIn(ours)).toBe(true);
    });

    it.each<[string, (answer: URL) => void, number, string]>([
      [
        'the state of another sign-in',
        ({ searchParams }) => {
          searchParams.set('state', 'another');
        },
        403,
        'does not belong to the sign-in that this browser began',
      ],
      [
        'no state',
        ({ searchParams }) => {
          searchParams.delete('state');
        },
        403,
        'does not belong to the sign-in that this browser began',
      ],
      [
        'the issuer of another',
        ({ searchParams }) => {
          searchParams.set('iss', 'https://evil.example');
        },
        403,
        'does not belong to the sign-in that this browser began',
      ],
      [
        'another code',
        ({ searchParams }) => {
          searchParams.set('code', 'another');
        },
        403,
        'has been used already, or took too long',
      ],
      [
        'a refusal',
        (answer) => {
          answer.searchParams.delete('code');
          answer.searchParams.set('error', 'access_denied');
        },
        403,
        'did not let you in',
      ],
    ])('are refused: %s', async (_what, change, status, message) => {
      const ours = new PageCaller(url);
      const answer = await walk(ours);
      change(answer);
      expect(await back(ours, answer)).toMatchObject({ status, text: expect.stringContaining(message) });
      expect(await isIn(ours)).toBe(false);
    });

    it.each([
      ['nonce', 'does not belong to the sign-in that this browser began'],
      ['code_challenge', 'has been used already, or took too long'],
    ])('are refused: the %s of another sign-in', async (name, message) => {
      const ours = new PageCaller(url);
      const answer = await walk(ours, ({ searchParams }) => {
        searchParams.set(name, 'x'.repeat(43));
      });
      expect(await back(ours, answer)).toMatchObject({
        status: 403,
        text: expect.stringContaining(message),
      });
      expect(await isIn(ours)).toBe(false);
    });

    it('are refused: one that was used before', async () => {
      const ours = new PageCaller(url);
      const answer = await walk(ours);
      const begun = new Map(ours.cookies);
      expect((await back(ours, answer)).status).toBe(303);
      const thief = new PageCaller(url);
      expect((await back(thief, answer)).text).toContain('begun no sign-in, or too long ago');
      for (const [name, value] of begun) {
        thief.cookies.set(name, value);
      }
      expect((await back(thief, answer)).text).toContain('has been used already');
      expect(await isIn(thief)).toBe(false);
    });

    it('are refused: a cookie that is none of ours, and one of another browser', async () => {
      const [ours, other] = [new PageCaller(url), new PageCaller(url)];
      const answer = await walk(ours);
      await walk(other);
      const name = '__Host-berth-sign-in';
      ours.cookies.set(name, String(other.cookies.get(name)));
      expect((await back(ours, answer)).text).toContain('does not belong to the sign-in');
      ours.cookies.set(name, 'AAAA');
      expect((await back(ours, answer)).text).toContain('begun no sign-in');
    });
  });
});
