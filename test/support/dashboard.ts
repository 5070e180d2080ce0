import { createHash, randomBytes } from 'node:crypto';
import { createSignInLink, type Database } from '@berth/persistence';
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core';
import { openContext } from './browser-pages.js';
import { waitFor } from './wait-for.js';

export interface SignedIn {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the pages did against their policy, or failed at. */
  readonly complaints: string[];
}

/** A browser in which a person is signed in, by a one-time link as an owner would give them. */
export async function signedIn(
  browser: Browser,
  { url, database, userId }: { readonly url: string; readonly database: Database; readonly userId: string },
  options: BrowserContextOptions = {},
): Promise<SignedIn> {
  const token = `berth_link_${randomBytes(32).toString('base64url')}`;
  const tokenHash = createHash('sha256').update(token).digest();
  await createSignInLink(database, { userId, tokenHash, expiresAt: new Date(Date.now() + 60_000) });
  const complaints: string[] = [];
  const context = await openContext(browser, complaints, { baseURL: url, ...options });
  const page = await context.newPage();
  await page.goto(`/sign-in/link?token=${token}`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Front page', level: 1, exact: true }).waitFor();
  return { context, page, complaints };
}

/** The address of a run's page in the organization `default`. */
export function runPath(workspace: string, id: string): string {
  return `/app/default/${workspace}/runs/${id}`;
}

/** How many elements a page holds. */
export async function elementsOf(page: Page): Promise<number> {
  return page.evaluate<number>("document.querySelectorAll('*').length");
}

/** Waits until a page has read what it shows. */
export async function loaded(page: Page): Promise<void> {
  await page.locator('main').locator('h1, h2, strong').first().waitFor();
  await waitFor('the page to be loaded', async () => {
    const loading = page.locator('main').getByRole('status', { name: /^Loading/ });
    return (await loading.count()) === 0;
  });
}

/** The scripts that a browser loads for the first page, with their sizes as they are sent. */
export async function firstScripts(
  page: Page,
  encoding: 'br' | 'gzip',
): Promise<{ readonly url: string; readonly bytes: number }[]> {
  const urls = new Set<string>();
  const gather = (request: Request): void => {
    if (request.resourceType() === 'script') {
      urls.add(request.url());
    }
  };
  page.on('request', gather);
  await page.goto('/');
  await loaded(page);
  page.off('request', gather);
  return Promise.all(
    [...urls].map(async (url) => {
      const { headers } = await fetch(url, { headers: { 'accept-encoding': encoding } });
      if (headers.get('content-encoding') !== encoding) {
        throw new Error(`${url} is not sent as ${encoding}`);
      }
      return { url, bytes: Number(headers.get('content-length')) };
    }),
  );
}
