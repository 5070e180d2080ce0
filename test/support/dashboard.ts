import { createHash, randomBytes } from 'node:crypto';
import { createSignInLink, type Database } from '@berth/persistence';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
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
  await page.getByRole('heading', { name: 'Front page' }).waitFor();
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
