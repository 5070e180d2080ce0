// Pictures of every page of the dashboard, light and dark, of a Berth that is started and filled for them alone.
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startChromium } from '../support/chromium.js';
import { signedIn } from '../support/dashboard.js';
import { build, loseMessages } from './builds.js';
import { pagesOf } from './pages.js';
import { fill } from './runs.js';
import { smallPng } from './small-png.js';
import { loseAgent, openTown, type Town } from './town.js';

const FOLDER = resolve('docs/images');
const WIDTH = 1_280;
/** A list goes on for longer than anybody wants to see of it in a picture. */
const HEIGHT_AT_MOST = 1_250;

interface TestServers {
  readonly stop: () => Promise<void>;
}

/** The servers of the tests. @returns what stops them */
async function startServers(): Promise<() => Promise<void>> {
  const { href } = pathToFileURL(resolve('test/support/jest-global-setup.mjs'));
  const { default: setUp } = (await import(href)) as { default: () => Promise<void> };
  await setUp();
  return (globalThis as unknown as { berthTestServers: TestServers }).berthTestServers.stop;
}

async function take(town: Town): Promise<void> {
  const { system, crew } = town;
  console.log('pictures: filling it with runs');
  const runs = await fill(town);
  const { built } = await build(town);
  await loseMessages(town, runs.failed);
  await loseAgent(town);
  // The one that keeps no plan: a drained agent's plans are made again elsewhere.
  const free = runs.approved.agentId === 'north-1' ? 'north-2' : 'north-1';
  await crew.by.ada.expect('POST', `/api/v1/agents/${free}/drain`);
  await mkdir(FOLDER, { recursive: true });
  const browser = await startChromium();
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, context } = await signedIn(
        browser,
        { url: system.api.baseUrl, database: system.database.database, userId: crew.ownerId },
        { colorScheme, reducedMotion: 'reduce', viewport: { width: WIDTH, height: 800 } },
      );
      for (const { name, path, shows } of pagesOf(runs, built)) {
        await page.goto(path);
        await page.locator('main').getByText(shows).first().waitFor();
        const height = Math.min(
          HEIGHT_AT_MOST,
          await page.evaluate<number>(
            'Math.ceil(document.querySelector("main").getBoundingClientRect().height)',
          ),
        );
        await page.setViewportSize({ width: WIDTH, height: Math.max(640, height) });
        const png = smallPng(await page.screenshot());
        await writeFile(join(FOLDER, `${name}-${colorScheme}.png`), png);
        await page.setViewportSize({ width: WIDTH, height: 800 });
      }
      await context.close();
      console.log(`pictures: ${colorScheme} ones are in ${FOLDER}`);
    }
  } finally {
    await browser.close();
  }
}

const stopServers = await startServers();
try {
  const town = await openTown();
  try {
    await take(town);
  } finally {
    await town.stop();
  }
} finally {
  await stopServers();
}
