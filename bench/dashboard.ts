// How much the dashboard loads, and how soon it answers: a plan of thousands of resources, and a log of 200,000 lines.
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { ApiCaller } from '../test/support/api-caller.js';
import { startChromium } from '../test/support/chromium.js';
import { firstScripts, signedIn } from '../test/support/dashboard.js';
import { HandmadeRuns } from '../test/support/handmade-runs.js';
import { person } from '../test/support/people.js';
import { largePlan } from '../test/support/plan-contents.js';
import { waitFor } from '../test/support/wait-for.js';
import { startBuildPlatform } from './build-platform.js';

const { values } = parseArgs({
  options: {
    resources: { type: 'string', default: '5000' },
    lines: { type: 'string', default: '200000' },
    /** Of each thing that is measured more than once. */
    times: { type: 'string', default: '20' },
  },
});
const RESOURCES = Number(values.resources);
const LINES = Number(values.lines);
const TIMES = Number(values.times);
const WANTED = 'region_42.aws_instance.web_4217';

/** In the page: when something was done, and when what follows from it was painted. */
const CLOCK = `
  window.did = 0;
  for (const name of ['keydown', 'pointerdown']) {
    addEventListener(name, (event) => { window.did = event.timeStamp; }, { capture: true });
  }
  window.painted = (is) => new Promise((done) => {
    const look = () => is() ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - window.did))) : requestAnimationFrame(look);
    look();
  });
  window.frames = async (element, steps, px) => {
    const times = [];
    let last = performance.now();
    for (let step = 0; step < steps; step += 1) {
      element.scrollTop += px;
      const now = await new Promise(requestAnimationFrame);
      times.push(now - last);
      last = now;
    }
    return times.slice(1);
  };
`;

const rows: (readonly [what: string, figure: string])[] = [];
const tell = (what: string, figure: string): void => {
  rows.push([what, figure]);
};
const ms = (value: number): string => `${value.toFixed(0)} ms`;
const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor((sorted.length - 1) * share)] ?? 0;

function tellTimes(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((one, other) => one - other);
  tell(what, `p50 ${ms(at(sorted, 0.5))}, p95 ${ms(at(sorted, 0.95))}, most ${ms(at(sorted, 1))}`);
}

/** How long it takes from what is done next until the page looks so. */
async function until(page: Page, is: string, act: () => Promise<unknown>): Promise<number> {
  const painted = page.evaluate<number>(`window.painted(() => ${is})`);
  await act();
  return painted;
}

async function plan(page: Page, path: string): Promise<void> {
  const content = largePlan(RESOURCES);
  const began = performance.now();
  await page.goto(path);
  await page.getByRole('group', { name: 'Planned changes' }).locator('[data-row]').first().waitFor();
  tell(`plan of ${RESOURCES} resources, opened`, ms(performance.now() - began));
  await page.evaluate(CLOCK);
  const list = 'document.querySelector(\'[aria-label="Planned changes"]\')';
  tellTimes('scrolling it, a frame', await page.evaluate(`window.frames(${list}, 120, 1500)`));
  const filter = page.getByLabel('Filter the planned changes');
  await filter.focus();
  const status = "document.querySelector('main [role=status]:not([aria-label])')?.textContent";
  const texts = content.resources.map(
    ({ address, provider, reason }) => `${address} ${provider} ${reason ?? ''}`,
  );
  const found = (wanted: string): number => texts.filter((text) => text.includes(wanted)).length;
  const unfiltered = async (): Promise<unknown> =>
    waitFor('the whole list', async () => (await page.evaluate(status)) === '');
  const strokes: number[] = [];
  for (let length = 1; length <= WANTED.length; length += 1) {
    const says = `${found(WANTED.slice(0, length)).toLocaleString('en')} of ${RESOURCES.toLocaleString('en')}`;
    const key = WANTED[length - 1] ?? '';
    // Where a key changes the count, what is painted is known; another one is not measured.
    if ((await page.evaluate(status)) !== says) {
      strokes.push(await until(page, `${status} === '${says}'`, async () => page.keyboard.type(key)));
    } else {
      await page.keyboard.type(key);
    }
  }
  for (let time = 0; time < TIMES; time += 1) {
    const all = RESOURCES.toLocaleString('en');
    await filter.fill('');
    await unfiltered();
    await filter.focus();
    const few = found('9').toLocaleString('en');
    strokes.push(await until(page, `${status} === '${few} of ${all}'`, async () => page.keyboard.type('9')));
  }
  tellTimes('a key in its filter, painted', strokes);
  await filter.fill('');
  await unfiltered();
  const row = page.locator('[data-row]').nth(4);
  const open = "document.querySelectorAll('[data-row]')[4]?.getAttribute('aria-expanded')";
  const turns: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    turns.push(await until(page, `${open} === 'true'`, async () => row.click()));
    turns.push(await until(page, `${open} === 'false'`, async () => row.click()));
  }
  tellTimes('an entry of it opened or closed', turns);
}

async function log(page: Page, path: string): Promise<void> {
  const began = performance.now();
  await page.goto(`${path}?view=plan-log`);
  await page.getByText(`${LINES.toLocaleString('en')} lines`, { exact: true }).waitFor({ timeout: 120_000 });
  tell(`log of ${LINES} lines, all there`, ms(performance.now() - began));
  await page.evaluate(CLOCK);
  const log = page.getByRole('log');
  await log.focus();
  const shows = (line: number): string => `document.querySelector('[aria-label="Line ${line}"]') !== null`;
  const jumps: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    jumps.push(await until(page, shows(1), async () => page.keyboard.press('Home')));
    jumps.push(await until(page, shows(LINES), async () => page.keyboard.press('End')));
  }
  tellTimes('a jump to its end or beginning', jumps);
  await page.keyboard.press('Home');
  const frames = await page.evaluate<number[]>(
    "window.frames(document.querySelector('[role=log]'), 120, 1500)",
  );
  tellTimes('scrolling it, a frame', frames);
  const line = Math.floor(LINES * 0.75);
  const opened = performance.now();
  await page.goto('/');
  await page.goto(`${path}?view=plan-log#L${line}`);
  await log.getByRole('link', { name: `Line ${line}`, exact: true }).waitFor({ timeout: 120_000 });
  tell(`opened at line ${line}`, ms(performance.now() - opened));
}

const platform = await startBuildPlatform(['api']);
const browser = await startChromium();
try {
  const { database, apiUrl, amqpUrl } = platform;
  const api = new ApiCaller(apiUrl, platform.apiKey);
  const runs = await HandmadeRuns.at({ api, database, amqpUrl });
  const { id: organizationId } = await api.expect<{ id: string }>('GET', '/api/v1/organization');
  const { userId } = await person(database, { organizationId, member: 'owner' });
  const { page } = await signedIn(
    browser,
    { url: apiUrl, database, userId },
    { viewport: { width: 1_280, height: 800 } },
  );
  for (const encoding of ['br', 'gzip'] as const) {
    const scripts = await firstScripts(page, encoding);
    const bytes = scripts.reduce((sum, script) => sum + script.bytes, 0);
    tell(
      `script of the first page, ${encoding}`,
      `${(bytes / 1_000).toFixed(1)} kB in ${scripts.length} files`,
    );
  }
  const large = await runs.begin('large');
  await large.plan(largePlan(RESOURCES));
  await plan(page, large.path);
  const long = await runs.begin('long');
  await long.log(
    Array.from(
      { length: LINES },
      (_, n) => `\u001b[1mterraform_data.many[${n}]\u001b[0m: Creating...\n`,
    ).join(''),
  );
  await log(page, long.path);
  const width = Math.max(...rows.map(([what]) => what.length));
  console.log(rows.map(([what, figure]) => `${what.padEnd(width)}  ${figure}`).join('\n'));
  await runs.close();
} finally {
  await browser.close();
  await platform.stop();
}
