import { createHash } from 'node:crypto';
import type { DeviceSignIn, SignInLink } from '@berth/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { faultsOf, openContext, picture, VIEWS } from '../support/browser-pages.js';
import { startChromium } from '../support/chromium.js';
import { System } from '../support/system.js';

const PASSWORD = 'a harbour full of boats';
const EMAIL = 'a.person.with.a.long.address@department.of.a.company.example.org';

describe('the pages before the dashboard', () => {
  let system: System;
  let url: string;
  let browser: Browser;
  let first: string;

  beforeAll(async () => {
    browser = await startChromium();
    system = await System.start({
      only: 'api',
      apiEnv: { BERTH_OIDC_ISSUER: 'http://127.0.0.1:1', BERTH_OIDC_CLIENT_ID: 'berth' },
    });
    url = system.api.baseUrl;
    first = (await system.api.expect<SignInLink>('POST', '/api/v1/sign-in-links', {})).url;
  }, 300_000);

  afterAll(async () => {
    await browser.close();
    await system.stop();
  }, 60_000);

  const device = async (): Promise<DeviceSignIn> => {
    const body = new URLSearchParams({ client_id: 'berth-cli', name: 'berth on a-machine-with-a-long-name' });
    return (await (await fetch(`${url}/auth/device`, { method: 'POST', body })).json()) as DeviceSignIn;
  };
  const consent = `/oauth/authorize?${String(
    new URLSearchParams({
      client_id: 'terraform-cli',
      response_type: 'code',
      redirect_uri: 'http://localhost:10000/login',
      state: 's',
      code_challenge: createHash('sha256').update('x').digest('base64url'),
      code_challenge_method: 'S256',
    }),
  )}`;

  async function look(page: Page, view: string, name: string, path?: string): Promise<string[]> {
    if (path !== undefined) {
      await page.goto(new URL(path, url).href);
    }
    await picture(page, `${name}-${view}`);
    return (await faultsOf(page)).map((fault) => `${name} (${view}): ${fault}`);
  }

  it('can be used by everybody, light and dark and on a phone, and obey their policy', async () => {
    const complaints: string[] = [];
    const faults: string[] = [];
    for (const [view, options] of Object.entries(VIEWS)) {
      const context = await openContext(browser, complaints, options);
      const page = await context.newPage();
      faults.push(...(await look(page, view, 'sign-in', '/sign-in')));
      await page.getByRole('link', { name: /Sign in with/ }).click();
      faults.push(...(await look(page, view, 'sign-in-problem')));
      faults.push(...(await look(page, view, 'link-over', '/sign-in/link?token=another')));
      if (view === 'light') {
        faults.push(...(await look(page, view, 'link-first', first)));
        await page.getByLabel('Your name').fill('A Person');
        await page.getByLabel('E-mail address').fill(EMAIL);
        await page.getByLabel(/New password/).fill(PASSWORD);
        await page.getByRole('button', { name: 'Sign in' }).click();
      } else {
        await page.goto(`${url}/sign-in`);
        await page.getByLabel('E-mail address').fill(EMAIL);
        await page.getByLabel('Password').fill(PASSWORD);
        await page.keyboard.press('Enter');
      }
      await page.getByRole('heading', { name: 'Front page', level: 1, exact: true }).waitFor();
      faults.push(...(await look(page, view, 'signed-in', '/sign-in')));
      faults.push(...(await look(page, view, 'device-code', '/device')));
      const { verification_uri_complete: complete } = await device();
      faults.push(...(await look(page, view, 'device', complete)));
      await page.getByRole('button', { name: 'Let it in' }).click();
      await page.getByRole('heading', { name: 'It is let in' }).waitFor();
      faults.push(...(await look(page, view, 'device-answered')));
      faults.push(...(await look(page, view, 'consent', consent)));
      faults.push(...(await look(page, view, 'error', '/oauth/authorize')));
      const link = await system.api.expect<SignInLink>('POST', '/api/v1/sign-in-links', { member: EMAIL });
      faults.push(...(await look(page, view, 'link', link.url)));
      await page.goto(`${url}/sign-in`);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await context.close();
    }
    expect(faults).toEqual([]);
    expect(complaints).toEqual([]);
  }, 180_000);

  it('are kept nowhere and stand in no frame', async () => {
    for (const path of ['/sign-in', '/sign-in/link?token=x', '/oauth/authorize']) {
      const { headers } = await fetch(new URL(path, url));
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
    }
  });

  it('lead a consent back to the command line, which the policy of forms lets through', async () => {
    const context = await openContext(browser, []);
    const page = await context.newPage();
    await page.goto(`${url}${consent}`);
    await page.getByLabel('E-mail address').fill(EMAIL);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    // Nobody listens there; that the browser goes there is what counts.
    const asked = page.waitForRequest((request) => request.url().startsWith('http://localhost:10000/login'));
    await page.getByRole('button', { name: 'Let it in' }).click();
    const answer = new URL((await asked).url());
    expect(answer.searchParams.get('state')).toBe('s');
    expect(answer.searchParams.get('code')).toMatch(/^[\w-]{43}$/);
    await context.close();
  });
});
