import { keepDeadLetter } from '@berth/persistence';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { faultsOf, picture } from '../support/browser-pages.js';
import { startChromium } from '../support/chromium.js';
import { elementsOf, signedIn, type SignedIn } from '../support/dashboard.js';
import { HandmadeRuns, systemByHand, type HandmadeRun } from '../support/handmade-runs.js';
import { person, type Person } from '../support/people.js';
import { largePlan, plannedChange, planOf } from '../support/plan-contents.js';
import type { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const LARGE = 5_000;
/** In whatever a person or a program may name. */
const MARK = '<img src=x onerror="hacked()">';
const HIDDEN = '(sensitive)';

describe('a plan in the dashboard', () => {
  let system: System;
  let browser: Browser;
  let runs: HandmadeRuns;
  let ada: Person;
  let one: SignedIn;
  let page: Page;

  beforeAll(async () => {
    browser = await startChromium();
    system = await systemByHand();
    runs = await HandmadeRuns.in(system, `agent ${MARK}`);
    const { id: organizationId } = await system.api.expect<{ id: string }>('GET', '/api/v1/organization');
    ada = await person(system.database.database, { organizationId, member: 'owner' });
    const { baseUrl: url } = system.api;
    one = await signedIn(browser, { url, database: system.database.database, userId: ada.userId });
    ({ page } = one);
  }, 300_000);

  afterEach(() => {
    expect(one.complaints.splice(0)).toEqual([]);
  });

  afterAll(async () => {
    await browser.close();
    await runs.close();
    await system.stop();
  }, 60_000);

  const group = (name: RegExp): Locator => page.locator('button[aria-expanded]').filter({ hasText: name });
  const row = (address: string): Locator =>
    page.locator('[data-row]').filter({ has: page.getByText(address, { exact: true }) });
  const attributes = (address: string): Locator =>
    page.getByRole('table', { name: `Attributes of ${address}` });

  async function attribute(address: string, name: string): Promise<string> {
    const own = attributes(address)
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name }) });
    return (await own.innerText()).replace(/\s+/g, ' ');
  }

  async function open(address: string): Promise<void> {
    await row(address).click();
    await attributes(address).waitFor();
  }

  it('of 5,000 resources is listed in few elements, filtered, opened and walked through by keys', async () => {
    const run = await runs.begin('large');
    await run.plan(largePlan(LARGE));
    await page.goto(run.path);
    await group(/^.?Destroy/).waitFor();
    expect(await elementsOf(page)).toBeLessThan(1_500);
    await page.getByText('500 resources are destroyed', { exact: true }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('region_42');
    await page.getByText('100 of 5,000', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const focused = async (): Promise<string> =>
      page.locator('[data-row]:focus').locator('[class*=address]').innerText();
    expect(await focused()).toBe('module.region_42.aws_instance.web_4212');
    await page.keyboard.press('Enter');
    await attributes('module.region_42.aws_instance.web_4212').waitFor();
    await page.keyboard.press('k');
    expect(await focused()).toBe('module.region_42.aws_instance.web_4202');
    await page.keyboard.press('/');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('web_4999');
    await open('module.region_49.aws_instance.web_4999');
    expect(await attribute('module.region_49.aws_instance.web_4999', 'arn')).toBe(
      'arn none known after apply',
    );
    await page.getByLabel('Filter the planned changes').fill('');
    await group(/^.?Destroy/).waitFor();
    const list = page.getByRole('group', { name: 'Planned changes' });
    await list.hover();
    for (let turns = 0; (await row('module.region_49.aws_instance.web_4999').count()) === 0; turns += 1) {
      expect(turns).toBeLessThan(100);
      await page.mouse.wheel(0, 4_000);
      await page.evaluate(
        'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))',
      );
    }
    expect(await elementsOf(page)).toBeLessThan(1_500);
    expect(await faultsOf(page)).toEqual([]);
  }, 90_000);

  it('tells what is lost first, and never behind a fold; what touches the state alone is closed', async () => {
    const instance = (name: string, index: number | string, actions: string[]) =>
      plannedChange(`aws_instance.${name}[${JSON.stringify(index)}]`, actions, {
        index,
        before: { id: `i-${index}` },
      });
    const run = await runs.begin('groups');
    await run.plan(
      planOf([
        plannedChange('aws_s3_bucket.new', ['create'], { after: { bucket: 'b' } }),
        plannedChange('aws_s3_bucket.moved', ['no-op'], { previousAddress: 'aws_s3_bucket.old' }),
        plannedChange('aws_s3_bucket.forgotten', ['forget'], { before: { bucket: 'f' } }),
        plannedChange('aws_s3_bucket.imported', ['update'], {
          importing: { id: 'an-id' },
          before: { acl: 'a' },
          after: { acl: 'b' },
        }),
        instance('fleet', 0, ['delete']),
        instance('fleet', 1, ['delete']),
        instance('named', 'a', ['create']),
        instance('named', 'b', ['create']),
        plannedChange('aws_instance.left', ['delete'], { deposed: '0a1b2c3d', before: { id: 'i' } }),
        plannedChange('aws_db_instance.main', ['create', 'delete'], {
          reason: 'replace_because_cannot_update',
          replacePaths: [['engine_version']],
          before: { engine_version: '14', password: HIDDEN, name: 'main' },
          after: { engine_version: '16', password: HIDDEN, name: 'main' },
          afterUnknown: { id: true },
          sensitiveChanges: [['password']],
        }),
      ]),
    );
    await page.goto(run.path);
    await group(/^.?Destroy/).waitFor();
    const heads = page.locator('main button[aria-expanded]:not([data-row])');
    expect((await heads.allInnerTexts()).map((text) => text.replace(/[^A-Za-z :,]/g, ''))).toEqual([
      'Destroy',
      'Replace',
      'Update',
      'Create',
      'State only: moved, imported, forgotten',
    ]);
    for (const address of [
      'aws_instance.fleet[0]',
      'aws_instance.fleet[1]',
      'aws_instance.left',
      'aws_db_instance.main',
    ]) {
      await row(address).waitFor();
    }
    await row('aws_instance.left').getByText('left behind').waitFor();
    await row('aws_s3_bucket.imported').getByText('imported', { exact: true }).waitFor();
    expect(await row('aws_instance.named["a"]').count()).toBe(0);
    await row('aws_instance.named[*]').click();
    await row('aws_instance.named["b"]').waitFor();
    expect(await row('aws_s3_bucket.forgotten').count()).toBe(0);
    await group(/State only/).click();
    await row('aws_s3_bucket.forgotten').getByText('forgotten', { exact: true }).waitFor();
    await row('aws_s3_bucket.moved').getByText('moved from aws_s3_bucket.old').waitFor();
    await row('aws_db_instance.main').getByText('an attribute cannot be changed in place').waitFor();
    await open('aws_db_instance.main');
    await page.getByText('The new one is created before the old one is destroyed').waitFor();
    expect(await attribute('aws_db_instance.main', 'engine_version')).toBe(
      'engine_version forces the replacement 14 16',
    );
    expect(await attribute('aws_db_instance.main', 'password')).toBe('password sensitive sensitive');
    expect(await attribute('aws_db_instance.main', 'id')).toBe('id none known after apply');
    await page.getByLabel(/all attributes \(1 stay/).check();
    expect(await attribute('aws_db_instance.main', 'name')).toBe('name main main');
    await picture(page, 'plan-groups');
    expect(await faultsOf(page)).toEqual([]);
  }, 60_000);

  it('shows texts line by line, the way to the rest of long ones, drift, outputs and checks', async () => {
    const long = `${'x'.repeat(5_000)}the end`;
    const lines = (middle: string): string => `#!/bin/sh\n${middle}\nexec start\n`;
    const run = await runs.begin('values');
    await run.plan(
      planOf(
        [
          plannedChange('aws_instance.web', ['update'], {
            before: { user_data: lines('old'), note: 'short' },
            after: { user_data: lines('new'), note: long },
          }),
        ],
        {
          outputs: [
            {
              name: 'address',
              sensitive: false,
              actions: ['update'],
              before: { host: 'a', port: 1 },
              after: { host: 'b', port: 1 },
              afterUnknown: {},
              sensitiveChanges: [],
            },
            {
              name: 'token',
              sensitive: true,
              actions: ['create'],
              before: null,
              after: HIDDEN,
              afterUnknown: false,
              sensitiveChanges: [],
            },
          ],
          drift: [plannedChange('aws_instance.drifted', ['update'], { before: { a: 1 }, after: { a: 2 } })],
          checks: [
            { address: 'check.health', kind: 'check', status: 'fail', problems: ['it is not well'] },
            { address: 'var.region', kind: 'var', status: 'pass', problems: [] },
          ],
        },
      ),
    );
    await page.goto(run.path);
    await attributes('aws_instance.web').waitFor();
    const diff = page.getByRole('group', { name: 'Lines of user_data' });
    expect((await diff.innerText()).split('\n').filter((text) => /^[+−]/.test(text))).toEqual([
      '− old',
      '+ new',
    ]);
    expect(await attributes('aws_instance.web').innerText()).not.toContain('the end');
    await page.getByRole('button', { name: 'all 5,007 characters' }).click();
    await attributes('aws_instance.web').getByText('the end').waitFor();
    expect(await attribute('the outputs', 'address.host')).toBe('address.host a b');
    expect(await attribute('the outputs', 'token')).toBe('token none sensitive');
    await page.getByText('it is not well').waitFor();
    await page.getByText('2, 1 of them does not hold').waitFor();
    // What others have changed is not what the plan does: it stands apart, and closed.
    expect(await row('aws_instance.drifted').isVisible()).toBe(false);
    await page.getByText('Changed outside of terraform').click();
    await row('aws_instance.drifted').waitFor();
    await picture(page, 'plan-values');
    expect(await faultsOf(page)).toEqual([]);
  }, 60_000);

  it('that is too large to be shown whole says so, with the way to the log', async () => {
    const run = await runs.begin('cut');
    await run.log('all of it\n');
    await run.plan(
      planOf(
        [
          plannedChange('aws_instance.web', ['create'], {
            after: { a: `${'x'.repeat(200)}… (9 more characters)` },
          }),
        ],
        {
          cut: { valuesAfter: 200, resources: 12_345, outputs: 0, drift: 2, withoutValues: 7 },
          complete: false,
          notShown: ['quantum_changes (3)'],
        },
      ),
    );
    await page.goto(run.path);
    await page.getByText('12,345 resources are not listed').waitFor();
    await page.getByText('quantum_changes (3)').waitFor();
    await page.getByText('More than this plan is needed').waitFor();
    await page.getByRole('link', { name: 'the log of the plan' }).click();
    await page.getByRole('log').getByText('all of it').waitFor();
  }, 60_000);

  describe('in which everything is called as HTML is written', () => {
    let run: HandmadeRun;

    beforeAll(async () => {
      const { api, database } = system;
      run = await runs.begin('odd-names', { message: `change ${MARK}` });
      await run.log(`${MARK}\n`);
      await run.plan(
        planOf(
          [
            plannedChange(`aws_instance.web[${JSON.stringify(MARK)}]`, ['update'], {
              index: MARK,
              before: { [MARK]: MARK, tags: 'a\n' },
              after: { [MARK]: `${MARK} new`, tags: `${MARK}\n` },
              previousAddress: `aws_instance.old[${JSON.stringify(MARK)}]`,
              importing: { id: MARK },
              reason: MARK,
            }),
          ],
          {
            outputs: [
              {
                name: MARK,
                sensitive: false,
                actions: ['create'],
                before: null,
                after: MARK,
                afterUnknown: {},
                sensitiveChanges: [],
              },
            ],
            checks: [{ address: `check.a[${MARK}]`, kind: 'check', status: 'fail', problems: [MARK] }],
            notShown: [MARK],
            deferred: [{ address: MARK, reason: MARK, actions: ['create'] }],
          },
        ),
      );
      const workspaceId = run.task.workspaceId ?? '';
      await api.expect('PUT', `/api/v1/workspaces/${workspaceId}/variables/odd`, {
        value: MARK,
        category: 'terraform',
      });
      await api.expect('POST', '/api/v1/teams', { name: 'odd' });
      await database.database.rows('update teams set name = $1', [MARK]);
      await api.expect('POST', '/api/v1/keys', { name: `key ${MARK}`, role: 'viewer' });
      await api.expect('PATCH', `/api/v1/workspaces/${workspaceId}`, { approvals: 2 });
      await keepDeadLetter(
        database.database,
        {
          source: 'berth.scheduler',
          messageId: null,
          messageType: MARK,
          routingKey: null,
          reason: `it cannot be read: ${MARK}`,
          content: Buffer.from(MARK),
          sizeBytes: MARK.length,
          headers: {},
          firstAt: new Date(),
        },
        { taskId: run.task.id, attempt: 1, agentId: null },
      );
    }, 60_000);

    it.each([
      ['the run', () => run.path],
      ['its timeline', () => `${run.path}?view=timeline`],
      ['its details', () => `${run.path}?view=facts`],
      ['its log', () => `${run.path}?view=plan-log`],
      ['the front page', () => '/'],
      ['the runs', () => '/runs'],
      ['the workspace', () => '/app/default/odd-names'],
      ['the runs of the workspace', () => '/app/default/odd-names/runs'],
      ['the variables', () => '/app/default/odd-names/variables'],
      ['the agents', () => '/agents'],
      ['the dead letters', () => '/dead-letters'],
      ['the teams', () => '/settings/teams'],
      ['the service keys', () => '/settings/service-keys'],
      ['the audit log', () => '/settings/audit'],
    ])('injects nothing into %s', async (_what, path) => {
      await page.goto(path());
      await waitFor('the names to be drawn', async () =>
        (await page.locator('main').innerText()).includes('onerror'),
      );
      expect(await page.locator('img[src="x"]').count()).toBe(0);
      expect(await faultsOf(page)).toEqual([]);
    });

    it('injects nothing by a comment, in a dialog, or as the title of the tab', async () => {
      await page.goto(run.path);
      await page.getByLabel('Comment').fill(MARK);
      await page.getByRole('button', { name: 'Confirm and apply' }).click();
      await page.getByText('1 of 2 approvals').waitFor();
      await page.locator('li').getByText(`: ${MARK}`).waitFor();
      expect(await page.title()).toContain(MARK);
      await page.goto('/dead-letters');
      await page.getByRole('button', { name: /^Look at/ }).click();
      await page.getByRole('dialog').locator('pre').getByText(MARK).waitFor();
      expect(await page.locator('img[src="x"]').count()).toBe(0);
    });
  });
});
