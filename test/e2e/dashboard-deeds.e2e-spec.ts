import type { Workspace } from '@berth/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { faultsOf } from '../support/browser-pages.js';
import { loaded, runPath } from '../support/dashboard.js';
import { deadLetter, settleTown, type DashboardTown } from '../support/dashboard-town.js';
import { person, type Person } from '../support/people.js';
import { System } from '../support/system.js';
import { Visits } from '../support/visits.js';
import { waitFor } from '../support/wait-for.js';

const WIDE = { width: 1_280, height: 800 };

describe('what is done on the pages of the dashboard', () => {
  let system: System;
  let visits: Visits;
  let town: DashboardTown;
  let ada: Person;

  beforeAll(async () => {
    system = await System.start({ agents: 2 });
    visits = await Visits.of(system);
    const { id: organizationId } = await system.api.expect<{ id: string }>('GET', '/api/v1/organization');
    ada = await person(system.database.database, { organizationId, member: 'owner' });
    town = await settleTown(system);
  }, 300_000);

  afterEach(async () => {
    expect(await visits.leave()).toEqual([]);
  });

  afterAll(async () => {
    await visits.close();
    await system.stop();
  }, 60_000);

  const pageOf = async (): Promise<Page> => visits.quietPage(ada, { viewport: WIDE, acceptDownloads: true });

  it('let dead letters be looked at, replayed and discarded', async () => {
    await deadLetter(system, town.applied);
    const page = await pageOf();
    await page.goto('/dead-letters');
    const rows = page.getByRole('row').filter({ hasText: 'task.runnable' });
    await waitFor('both letters', async () => (await rows.count()) === 2);
    await rows
      .first()
      .getByRole('button', { name: /^Look at/ })
      .click();
    await page.getByRole('dialog').locator('pre').getByText('"taskId"').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await rows
      .first()
      .getByRole('button', { name: /^Replay/ })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
    await waitFor('one letter to be gone', async () => (await rows.count()) === 1);
    await rows
      .first()
      .getByRole('button', { name: /^Discard/ })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
    await page.getByText('Every message was handled').waitFor();
    for (const state of ['replayed', 'discarded']) {
      await page.getByLabel('State').selectOption(state);
      await waitFor(`the ${state} one`, async () => (await rows.count()) === 1);
    }
  }, 60_000);

  it('let an agent be drained and resumed, and a reserved slot be released', async () => {
    const page = await pageOf();
    const agent = town.waiting.agentId ?? '';
    await page.goto('/agents');
    await page.getByRole('button', { name: /reserved for town/ }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'waits for a person' }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Release the slot' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await waitFor(
      'the slot to be idle',
      async () => (await page.getByRole('button', { name: /reserved for town/ }).count()) === 0,
    );
    expect(await system.api.read(town.waiting.id)).toMatchObject({
      status: 'apply_pending',
      reservation: null,
    });
    const quay = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('list', { name: `Slots of ${agent}` }) });
    await page.getByRole('button', { name: `Drain ${agent}` }).click();
    await quay.getByText('draining').waitFor();
    await page.getByRole('button', { name: `Resume ${agent}` }).click();
    await quay.getByText('draining').waitFor({ state: 'detached' });
  }, 60_000);

  it('let people, teams, roles and keys come and go, and show a key this once', async () => {
    const page = await pageOf();
    const dialog = page.getByRole('dialog');
    const rowOf = (text: string): Locator => page.getByRole('row').filter({ hasText: text });
    const gone = async (text: string): Promise<unknown> =>
      waitFor(`${text} to be gone`, async () => (await rowOf(text).count()) === 0);
    await page.goto('/settings/members');
    await page.getByRole('button', { name: 'Add a member' }).click();
    await dialog.getByLabel('E-mail address').fill('grace@example.org');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await rowOf('grace@example.org').waitFor();
    await page.getByRole('button', { name: 'Sign-in link for grace@example.org' }).click();
    const link = await dialog.locator('[data-secret]').innerText();
    expect(link).toMatch(/^http.*\/sign-in\/link\?token=/);
    await dialog.getByRole('button', { name: 'I have it' }).click();

    await page.getByRole('link', { name: 'Teams' }).click();
    await page.getByLabel('New team').fill('pilots');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('button', { name: 'Open pilots' }).click();
    await dialog.getByLabel('Add a member').selectOption({ label: 'grace@example.org' });
    await dialog.getByRole('button', { name: 'Add' }).click();
    await dialog.getByRole('button', { name: 'Take grace@example.org out' }).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();

    await page.getByRole('link', { name: 'Grants' }).click();
    await page.getByRole('button', { name: 'Give a role' }).click();
    await dialog.getByLabel('Who').fill('team pilots');
    await dialog.getByLabel('Role').selectOption('operator');
    await dialog.getByLabel('Project').selectOption('shop');
    await dialog.getByRole('button', { name: 'Give it' }).click();
    await rowOf('project shop').waitFor();
    await page.getByRole('button', { name: 'Take away operator from pilots' }).click();
    await dialog.getByRole('button', { name: 'Take away' }).click();
    await page.getByText('There are no grants').or(page.getByRole('table')).first().waitFor();
    await gone('team pilots');

    for (const [place, make, secret] of [
      ['My keys', 'Make a key', /^berth_user_/],
      ['Service keys', 'Make a service key', /^berth_/],
    ] as const) {
      await page.getByRole('link', { name: place }).click();
      await page.getByRole('button', { name: make }).click();
      await dialog.getByLabel('Name').fill('by clicking');
      await dialog.getByRole('button', { name: 'Make it' }).click();
      const key = await dialog.locator('[data-secret]').innerText();
      expect(key).toMatch(secret);
      expect(await faultsOf(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'I have it' }).click();
      await rowOf('by clicking').waitFor();
      expect(await page.content()).not.toContain(key);
      await page.getByRole('button', { name: 'Replace by clicking' }).click();
      await dialog.getByRole('button', { name: 'Replace' }).click();
      const next = await dialog.locator('[data-secret]').innerText();
      expect(next).not.toBe(key);
      await dialog.getByRole('button', { name: 'I have it' }).click();
      await page.getByRole('button', { name: 'Revoke by clicking' }).first().click();
      await dialog.getByRole('button', { name: 'Revoke' }).click();
      await waitFor(
        'the key to be over',
        async () => (await page.getByRole('button', { name: 'Revoke by clicking' }).count()) === 0,
      );
    }

    await page.getByRole('link', { name: 'Teams' }).click();
    await page.getByRole('button', { name: 'Delete pilots' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await gone('pilots');
    await page.getByRole('link', { name: 'Members' }).click();
    await page.getByRole('button', { name: 'Remove grace@example.org' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await gone('grace@example.org');
  }, 120_000);

  it('show what two versions of the state differ in, and go back to one', async () => {
    const page = await pageOf();
    await page.goto('/app/default/town/states');
    await page.getByRole('link', { name: 'What changed' }).first().click();
    await page.getByText('terraform_data.thing').first().click();
    const attributes = page.getByRole('table', { name: 'Attributes of terraform_data.thing' });
    await attributes.getByText('one').first().waitFor();
    await attributes.getByText('two').first().waitFor();
    expect(await faultsOf(page)).toEqual([]);
    const serials = async (): Promise<number> => page.getByRole('link', { name: 'What changed' }).count();
    const before = await serials();
    await page
      .getByRole('button', { name: /^Restore serial/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    const restore = dialog.getByRole('button', { name: 'Restore it' });
    expect(await restore.isDisabled()).toBe(true);
    await dialog.getByLabel(/Type/).fill('town');
    await restore.click();
    await waitFor('the new version', async () => (await serials()) === before + 1);
    const { items } = await system.api.expect<{ items: unknown[] }>(
      'GET',
      `/api/v1/workspaces/${town.workspace.id}/state-versions`,
    );
    expect(items).toHaveLength(before + 1);
  }, 60_000);

  it('keep variables, show no sensitive one again, and override those of a set', async () => {
    const page = await pageOf();
    const dialog = page.getByRole('dialog');
    await page.goto('/app/default/town/variables');
    await page.getByRole('button', { name: 'Add a variable' }).click();
    await dialog.getByLabel('Name').fill('password');
    await dialog.getByLabel('Value', { exact: true }).fill('hunter2-is-secret');
    await dialog.getByLabel(/^sensitive/).check();
    expect(await faultsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save' }).click();
    const rowOf = (name: string): Locator =>
      page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });
    await rowOf('password').getByText('sensitive').waitFor();
    await page.getByRole('button', { name: 'Edit password' }).click();
    expect(await dialog.getByLabel('Value', { exact: true }).inputValue()).toBe('');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.reload();
    await rowOf('password').waitFor();
    expect(await page.content()).not.toContain('hunter2');
    await rowOf('account').getByText('set shared').waitFor();
    await page.getByRole('button', { name: 'Override account' }).click();
    await dialog.getByLabel('Value', { exact: true }).fill('5528');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await rowOf('account').getByText('5528').waitFor();
    await page.getByRole('button', { name: 'Delete account' }).click();
    await dialog.getByRole('button', { name: 'Delete it' }).click();
    await rowOf('account').getByText('4417').waitFor();
  }, 60_000);

  it('change settings, and delete a workspace once its name was typed', async () => {
    await system.api.expect<Workspace>('POST', '/api/v1/workspaces', { name: 'doomed', engine: 'terraform' });
    const page = await pageOf();
    await page.goto('/app/default/doomed/settings');
    await page.getByLabel('Name', { exact: true }).fill('condemned');
    await page.getByLabel('Approvals that a plan needs').selectOption('2');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'condemned', level: 1, exact: true }).waitFor();
    expect(page.url()).toContain('/app/default/condemned/settings');
    expect(await system.api.expect('GET', '/api/v1/workspaces/condemned')).toMatchObject({ approvals: 2 });
    await page.getByRole('button', { name: 'Delete the workspace condemned' }).click();
    const dialog = page.getByRole('dialog');
    const remove = dialog.getByRole('button', { name: 'Delete the workspace' });
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByLabel(/Type/).fill('condemned');
    await remove.click();
    await page.getByRole('heading', { name: 'Workspaces', level: 1, exact: true }).waitFor();
    expect((await system.api.call('GET', '/api/v1/workspaces/condemned')).status).toBe(404);
  }, 60_000);

  it('filter the audit log, and sign out', async () => {
    const { page } = await visits.signIn(ada, { viewport: WIDE, acceptDownloads: true });
    await page.goto('/settings/audit');
    await loaded(page);
    await page.getByLabel('What').fill('createTeam');
    await page.getByRole('button', { name: 'Search' }).click();
    await waitFor('the records to be narrowed', async () => {
      const told = await page.locator('tbody tr').allInnerTexts();
      return told.length > 0 && told.every((text) => text.includes('createTeam'));
    });
    expect(page.url()).toContain('operation=createTeam');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export as JSON lines' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('audit.jsonl');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/sign-in|\/$/);
    await page.goto(runPath('town', town.waiting.id));
    await page.waitForURL(/\/sign-in\?return_to=/);
  }, 60_000);
});
