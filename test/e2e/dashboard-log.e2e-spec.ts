import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { faultsOf, picture } from '../support/browser-pages.js';
import { elementsOf } from '../support/dashboard.js';
import { HandmadeRuns, systemByHand, type HandmadeRun } from '../support/handmade-runs.js';
import { person, type Person } from '../support/people.js';
import type { System } from '../support/system.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { Visits } from '../support/visits.js';
import { waitFor } from '../support/wait-for.js';

const ESC = '\u001b';
const BELL = '\u0007';
const LINES = 200_000;
const LINE_BYTES = 10_000_000;

/** Both run in the page. */
const styleOf = (element: object): string => {
  const { color, fontWeight } = (
    globalThis as unknown as { getComputedStyle: (of: object) => Record<string, string> }
  ).getComputedStyle(element);
  return `${color} ${fontWeight}`;
};
/** In a browser that is short of processor, what comes is drawn seldom, and much of it at once. */
const drawSeldom = (everyMs: number): void => {
  const page = globalThis as unknown as { requestAnimationFrame: (act: () => void) => number };
  const draw = page.requestAnimationFrame.bind(page);
  page.requestAnimationFrame = (act) => Number(setTimeout(() => draw(act), everyMs));
};
const placeOf = (element: object): number => (element as { scrollTop: number }).scrollTop;

describe('the log of a run in the dashboard', () => {
  let system: System;
  let visits: Visits;
  let runs: HandmadeRuns;
  let ada: Person;

  beforeAll(async () => {
    system = await systemByHand();
    visits = await Visits.of(system);
    runs = await HandmadeRuns.in(system);
    const { id: organizationId } = await system.api.expect<{ id: string }>('GET', '/api/v1/organization');
    ada = await person(system.database.database, { organizationId, role: 'operator' });
  }, 300_000);

  afterEach(async () => {
    expect(await visits.leave()).toEqual([]);
  });

  afterAll(async () => {
    await visits.close();
    await runs.close();
    await system.stop();
  }, 60_000);

  async function pageOf(run: HandmadeRun, hash = ''): Promise<Page> {
    const { page } = await visits.signIn(ada);
    await page.goto(`${run.path}?view=plan-log${hash}`);
    return page;
  }

  const logOf = (page: Page): Locator => page.getByRole('log');
  const line = (page: Page, number: number): Locator =>
    logOf(page).getByRole('link', { name: `Line ${number}`, exact: true });
  const count = (page: Page): Locator => page.getByRole('status').filter({ hasText: / of |found|looking/ });

  async function lineCount(page: Page, lines: number): Promise<void> {
    await page
      .getByText(`${lines.toLocaleString('en')} line${lines === 1 ? '' : 's'}`, { exact: true })
      .waitFor({ timeout: 60_000 });
  }

  async function find(page: Page, text: string): Promise<void> {
    await page.getByLabel('Find in the log of the plan').fill(text);
  }

  /** Whether a line stands where a reader sees it. */
  async function inSight(page: Page, number: number): Promise<void> {
    await waitFor(`line ${number} to be in sight`, async () => {
      const [frame, own] = await Promise.all([
        logOf(page).boundingBox(),
        line(page, number)
          .boundingBox({ timeout: 1_000 })
          .catch(() => null),
      ]);
      return frame !== null && own !== null && own.y >= frame.y - 1 && own.y < frame.y + frame.height;
    });
  }

  it('draws control sequences, links and HTML as text and colours', async () => {
    const run = await runs.begin('colours');
    await run.log(
      [
        `${ESC}[1;31mred and bold${ESC}[0m plain`,
        `${ESC}[2K${ESC}[1A${ESC}[10;10Hmoved${ESC}[?25l`,
        `${ESC}]8;;javascript:hacked()${BELL}a link${ESC}]8;;${BELL} behind it`,
        `<img src=x onerror="hacked()"><script>hacked()</script><a href="javascript:hacked()">click</a>`,
        `${ESC}]0;a title${BELL}${ESC}P+q544e${ESC}\\titled`,
        '10 %\r50 %\r100 % done',
        'the last line',
      ].join('\n'),
    );
    const page = await pageOf(run);
    await logOf(page).getByText('the last line').waitFor();
    const codes = logOf(page).locator('code');
    expect(await codes.allInnerTexts()).toEqual([
      'red and bold plain',
      'moved',
      'a link behind it',
      '<img src=x onerror="hacked()"><script>hacked()</script><a href="javascript:hacked()">click</a>',
      'titled',
      '100 % done',
      'the last line',
    ]);
    expect(await logOf(page).locator('img, script, a:not([href^="#L"])').count()).toBe(0);
    const colourOf = async (text: string): Promise<string> =>
      logOf(page).getByText(text, { exact: true }).evaluate(styleOf);
    expect(await colourOf('red and bold')).not.toBe(await colourOf('plain'));
    await picture(page, 'log-colours');
    expect(await faultsOf(page)).toEqual([]);
  }, 60_000);

  it('has 200,000 lines in few elements, opens at the line of a link, and finds what stands at its end', async () => {
    const run = await runs.begin('long');
    const text = (number: number): string =>
      `${ESC}[0m${ESC}[1mterraform_data.many[${number}]: Creation complete after 0s${ESC}[0m [id=${number}]`;
    await run.log(Array.from({ length: LINES }, (_, index) => `${text(index + 1)}\n`).join(''));
    const page = await pageOf(run, '#L150000');
    await inSight(page, 150_000);
    await logOf(page).getByText('terraform_data.many[150000]').waitFor();
    await lineCount(page, LINES);
    // What came after the line has not taken the reader away from it.
    await inSight(page, 150_000);
    expect(await elementsOf(page)).toBeLessThan(1_500);
    await find(page, 'MANY[199998]');
    await count(page).getByText('1 of 1', { exact: true }).waitFor();
    await inSight(page, 199_998);
    await find(page, 'complete after');
    await count(page).getByText('1 of 10,000 or more').waitFor();
    await inSight(page, 1);
    await page.getByRole('button', { name: 'Previous match' }).click();
    await count(page).getByText('10,000 of 10,000 or more').waitFor();
    await inSight(page, 10_000);
    await find(page, 'nowhere to be seen');
    await count(page).getByText('not found').waitFor();
    await logOf(page).focus();
    await page.keyboard.press('End');
    await inSight(page, LINES);
    await page.keyboard.press('Home');
    await inSight(page, 1);
    expect(await elementsOf(page)).toBeLessThan(1_500);
  }, 120_000);

  it('has five lines of 10 MB each, and finds in them while more comes', async () => {
    const run = await runs.begin('wide');
    const filler = '0123456789'.repeat(LINE_BYTES / 10);
    const wide = (from: string, to: string): string => `${from}${filler}${to}\n`;
    await run.log(wide('needle at the beginning ', ''));
    await run.log(wide('', ''));
    await run.log(`${filler.slice(0, LINE_BYTES / 2)}needle in the middle${filler.slice(LINE_BYTES / 2)}\n`);
    const page = await pageOf(run);
    await lineCount(page, 3);
    await find(page, 'needle');
    await count(page).getByText('1 of 2').waitFor({ timeout: 60_000 });
    await run.log(wide('', ''));
    await run.log(wide('', ' needle at the end'));
    await count(page).getByText('1 of 3', { exact: true }).waitFor({ timeout: 60_000 });
    await lineCount(page, 5);
    for (const [step, part] of [
      ['2 of 3', 'needle in the middle'],
      ['3 of 3', 'needle at the end'],
      ['1 of 3', 'needle at the beginning'],
    ] as const) {
      await page.getByRole('button', { name: 'Next match' }).click();
      await count(page).getByText(step, { exact: true }).waitFor();
      await logOf(page).locator('mark[data-present=true]').waitFor();
      await logOf(page).getByText(part).waitFor();
    }
    expect(await elementsOf(page)).toBeLessThan(1_500);
  }, 180_000);

  it.each([300, 1_500])(
    'follows its end through thousands of high rows where it is drawn every %d ms',
    async (everyMs) => {
      const run = await runs.begin(`seldom-${everyMs}`);
      await run.log(`${'0123456789'.repeat(LINE_BYTES / 10)} the end of it\n`);
      const { page } = await visits.signIn(ada);
      await page.addInitScript(drawSeldom, everyMs);
      await page.goto(`${run.path}?view=plan-log`);
      await logOf(page).getByText('the end of it').waitFor();
      await lineCount(page, 1);
      expect(await elementsOf(page)).toBeLessThan(1_500);
    },
    60_000,
  );

  it('follows its end for a reader who is there, and leaves alone one who has scrolled up', async () => {
    const run = await runs.begin('growing');
    const more = async (from: number, to: number): Promise<void> =>
      run.log(
        Array.from({ length: to - from + 1 }, (_, index) => `this is line ${from + index} of it\n`).join(''),
      );
    await more(1, 500);
    const page = await pageOf(run);
    await inSight(page, 500);
    await more(501, 600);
    await inSight(page, 600);
    await logOf(page).hover();
    await page.mouse.wheel(0, -3_000);
    await page.getByRole('button', { name: 'Follow the log' }).waitFor();
    const shown = async (): Promise<string[]> => logOf(page).locator('code').allInnerTexts();
    const place = async (): Promise<number> => logOf(page).evaluate(placeOf);
    await waitFor('the scrolling to be over', async () => {
      const before = await place();
      await page.evaluate(
        'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))',
      );
      return (await place()) === before && (await shown()).includes('this is line 450 of it');
    });
    const [before, texts] = [await place(), await shown()];
    await more(601, 1_000);
    await lineCount(page, 1_000);
    expect([await place(), await shown()]).toEqual([before, texts]);
    await page.getByRole('button', { name: 'Follow the log' }).click();
    await inSight(page, 1_000);
    await more(1_001, 1_010);
    await inSight(page, 1_010);
  }, 60_000);

  it('of a run that failed opens at its first error, with a link to it', async () => {
    const run = await runs.begin('failing');
    const ahead = Array.from({ length: 300 }, (_, index) => `Refreshing state ${index + 1}\n`).join('');
    const error = `${ESC}[31m╷${ESC}[0m\n${ESC}[31m│${ESC}[0m ${ESC}[1m${ESC}[31mError: ${ESC}[0mno such region\n│\n`;
    await run.log(`${ahead}${error}${ahead}Error: and another one\n`);
    await run.fail();
    const page = await pageOf(run);
    await page.getByRole('link', { name: 'First error: line 302' }).waitFor();
    await inSight(page, 302);
    await logOf(page).focus();
    await page.keyboard.press('End');
    await inSight(page, 604);
    await page.getByRole('link', { name: 'First error: line 302' }).click();
    await inSight(page, 302);
    expect(page.url()).toMatch(/#L302$/);
    await page.goto(run.path);
    await page.getByText('terraform plan ended with 1').waitFor();
    await inSight(page, 302);
    expect(await faultsOf(page)).toEqual([]);
  }, 60_000);

  it('is downloaded as the bytes that are stored', async () => {
    const run = await runs.begin('stored');
    const bytes = Buffer.concat([
      Buffer.from(`${ESC}[31mzwölf 🚢${ESC}[0m\r\n`.repeat(40_000)),
      Buffer.from([0x00, 0xff, 0xc3, 0x0a]),
    ]);
    await run.log(bytes);
    await run.fail();
    const page = await pageOf(run);
    await logOf(page).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^stored-.*-plan\.log$/);
    expect((await readFile(await download.path())).equals(bytes)).toBe(true);
  }, 60_000);

  it('loses and doubles no line where it holds bytes that are no text', async () => {
    const run = await runs.begin('raw');
    await run.log(Buffer.from([0x61, 0xff, 0xfe, 0x0a]));
    const page = await pageOf(run);
    await logOf(page).getByText('a', { exact: false }).first().waitFor();
    for (let number = 2; number <= 4; number += 1) {
      await run.log(`line ${number} of it\n`);
      await logOf(page).getByText(`line ${number} of it`, { exact: true }).waitFor();
    }
    await lineCount(page, 4);
  }, 60_000);

  describe('behind a line that breaks', () => {
    let proxy: TcpProxy;

    beforeAll(async () => {
      proxy = await TcpProxy.to({ host: '127.0.0.1', port: system.apiService.port });
    });

    afterAll(async () => {
      await proxy.close();
    });

    const banner = (page: Page): Locator => page.getByText('The connection is lost');

    it('goes on without a lost or doubled line, and says so meanwhile', async () => {
      const run = await runs.begin('cut-off');
      const page = await pageOf(run);
      await page.goto(`${new URL(proxy.through(system.api.baseUrl)).origin}${run.path}?view=plan-log`);
      const expected: string[] = [];
      const say = async (number: number): Promise<void> => {
        expected.push(`said ${number}`);
        await run.log(`said ${number}\n`);
      };
      const heard = async (number: number): Promise<void> =>
        logOf(page).getByText(`said ${number}`, { exact: true }).waitFor({ timeout: 30_000 });
      await say(1);
      await heard(1);
      proxy.cut();
      await say(2);
      await heard(2);
      proxy.refuse();
      await banner(page).waitFor();
      await picture(page, 'log-away');
      await say(3);
      proxy.mend();
      await heard(3);
      await banner(page).waitFor({ state: 'detached' });
      await system.apiService.end('SIGKILL');
      await banner(page).waitFor();
      await say(4);
      system.apiService.start();
      await system.apiService.ready();
      await heard(4);
      await banner(page).waitFor({ state: 'detached' });
      await say(5);
      await heard(5);
      expect(await logOf(page).locator('code').allInnerTexts()).toEqual(expected);
    }, 120_000);
  });
});
