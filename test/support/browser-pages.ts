import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** How people see pages. */
export const VIEWS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  phone: { colorScheme: 'light', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
};

/** A browser without cookies; `complaints` gathers what a page does against its policy, or fails at. */
export async function openContext(
  browser: Browser,
  complaints: string[],
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(15_000);
  await context.exposeFunction('complain', (what: string) => complaints.push(what));
  await context.addInitScript(
    "addEventListener('securitypolicyviolation', (event) => complain(location.pathname + ': ' + event.violatedDirective + ' ' + event.blockedURI))",
  );
  context.on('weberror', (error) => complaints.push(String(error.error())));
  return context;
}

/**
 * What axe finds wrong with a page, and whether it is wider than its window or has not one heading of its own.
 * @param rules those of axe, else all
 */
export async function faultsOf(page: Page, ...rules: readonly string[]): Promise<string[]> {
  await page.evaluate(axe.source);
  const options = rules.length === 0 ? {} : { runOnly: rules };
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    `axe.run(${JSON.stringify(options)})`,
  );
  const told = violations.map(({ id, nodes }) => `${id}: ${String(nodes[0]?.html)}`);
  const wide = await page.evaluate<boolean>(
    'document.documentElement.scrollWidth > document.documentElement.clientWidth',
  );
  const titles = await page.getByRole('heading', { level: 1 }).allInnerTexts();
  return [
    ...told,
    ...(wide ? ['scrolls sideways'] : []),
    ...(titles.length === 1 ? [] : [`has ${titles.length} headings of level 1: ${titles.join(', ')}`]),
  ];
}

/** Keeps what a page looks like where BERTH_TEST_PICTURES names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['BERTH_TEST_PICTURES'];
  if (folder !== undefined) {
    await mkdir(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
}
