import { readFile, writeFile } from 'node:fs/promises';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Task } from '@berth/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { faultsOf, picture } from '../support/browser-pages.js';
import { runPath } from '../support/dashboard.js';
import { person, type Person } from '../support/people.js';
import { System } from '../support/system.js';
import { Visits } from '../support/visits.js';
import { waitFor } from '../support/wait-for.js';

const THING = { 'main.tf': 'resource "terraform_data" "thing" {\n  input = "one"\n}\n' };

describe('deciding on a run in the dashboard', () => {
  let system: System;
  let visits: Visits;
  let organizationId: string;
  let ada: Person;
  let workspaces = 0;

  beforeAll(async () => {
    system = await System.start({
      agents: 2,
      agentEnv: { BERTH_AGENT_SLOTS: '12' },
      registryEnv: {
        BERTH_HEARTBEAT_INTERVAL_MS: '500',
        BERTH_AGENT_SUSPECT_AFTER_MS: '3000',
        BERTH_AGENT_LOST_AFTER_MS: '6000',
        BERTH_MASS_LOST_AFTER_MS: '6000',
      },
    });
    visits = await Visits.of(system);
    ({ id: organizationId } = await system.api.expect<{ id: string }>('GET', '/api/v1/organization'));
    ada = await person(system.database.database, { organizationId, role: 'operator' });
  }, 300_000);

  afterEach(async () => {
    expect(await visits.leave()).toEqual([]);
  });

  afterAll(async () => {
    await visits.close();
    await system.stop();
  }, 60_000);

  async function pageOf(who: Person): Promise<Page> {
    return (await visits.signIn(who)).page;
  }

  async function planned(files: Readonly<Record<string, string>> = THING, more: object = {}): Promise<Task> {
    const workspace = await system.api.workspace(`decide-${(workspaces += 1)}`, files, more);
    const { id } = await system.api.task(workspace.id, 'plan_and_apply', { message: `change ${workspaces}` });
    return system.api.reaches(id, 'apply_pending');
  }

  const addressOf = (run: Task): string => runPath(run.workspace?.name ?? '', run.id);
  const confirmButton = (page: Page) => page.getByRole('button', { name: 'Confirm and apply' });

  it('lets one of two people who confirm at once do so, and tells the other where it stands', async () => {
    const bob = await person(system.database.database, { organizationId, role: 'operator' });
    const run = await planned();
    const pages = await Promise.all([pageOf(ada), pageOf(bob)]);
    await Promise.all(pages.map(async (page) => page.goto(addressOf(run))));
    await Promise.all(pages.map(async (page) => confirmButton(page).and(page.locator(':enabled')).waitFor()));
    await Promise.all(pages.map(async (page) => confirmButton(page).click()));
    await Promise.all(pages.map(async (page) => page.getByText('succeeded', { exact: true }).waitFor()));
    const events = await system.api.events(run.id);
    expect(events.filter(({ event }) => event === 'confirm')).toHaveLength(1);
  }, 90_000);

  async function loseSlotOf(run: Task): Promise<void> {
    const holder = system.agents.find(({ name }) => name === run.agentId);
    await holder?.end('SIGKILL');
    await waitFor(
      'the plan to be made again',
      async () => {
        const now = await system.api.read(run.id);
        return now.status === 'apply_pending' && now.attempt > run.attempt;
      },
      90_000,
    );
    holder?.start();
    await holder?.ready();
  }

  it('tells of a slot that was lost under an open page, and shows the new plan before it can be confirmed', async () => {
    const run = await planned();
    const page = await pageOf(ada);
    await page.goto(addressOf(run));
    await confirmButton(page).and(page.locator(':enabled')).waitFor();
    await loseSlotOf(run);
    await page.getByText('The plan is made again').waitFor();
    await page.getByText('It waits for a confirmation of its own').waitFor();
    await page.getByRole('heading', { name: 'A new plan waits for a person' }).waitFor();
    expect(await confirmButton(page).count()).toBe(0);
    await page.keyboard.press('y');
    expect(await page.getByRole('button', { name: /Really apply/ }).count()).toBe(0);
    await picture(page, 'run-slot-lost');
    await page.getByRole('button', { name: 'Read the new plan' }).click();
    await confirmButton(page).click();
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 30_000 });
  }, 180_000);

  it('confirms nothing of a new plan by the button of a page that has not heard of it', async () => {
    const run = await planned();
    const page = await pageOf(ada);
    // As behind a line that is broken for everything but what is clicked.
    await page.route('**/api/v1/stream*', async (route) => route.abort());
    await page.goto(addressOf(run));
    await confirmButton(page).and(page.locator(':enabled')).waitFor();
    await page.route('**/api/v1/**', async (route) =>
      route.request().method() === 'GET' ? route.abort() : route.continue(),
    );
    await loseSlotOf(run);
    await confirmButton(page).click();
    await page.getByText('Nothing was confirmed: the plan was made again').waitFor();
    expect(await system.api.read(run.id)).toMatchObject({ status: 'apply_pending' });
  }, 180_000);

  it('cancels in the middle of an apply', async () => {
    const folder = await mkdtemp('/tmp/decide-');
    const slow = `resource "terraform_data" "slow" {
  provisioner "local-exec" { command = "touch ${folder}/begun; while [ ! -e ${folder}/go ]; do sleep 0.1; done" }
}\n`;
    const run = await planned({ 'main.tf': slow });
    const page = await pageOf(ada);
    await page.goto(addressOf(run));
    await confirmButton(page).click();
    await waitFor('the apply to be in the middle', async () =>
      readFile(join(folder, 'begun')).then(
        () => true,
        () => false,
      ),
    );
    await page.getByRole('log').getByText('terraform_data.slow: Creating').waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Comment').fill('not today');
    await dialog.getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByText('Somebody asked for it to be stopped').waitFor();
    await writeFile(join(folder, 'go'), '');
    await page.getByText('cancelled', { exact: true }).waitFor({ timeout: 30_000 });
  }, 90_000);

  it('shows nobody a button that they may not press', async () => {
    const viewer = await person(system.database.database, { organizationId, role: 'viewer' });
    const run = await planned();
    const page = await pageOf(viewer);
    await page.goto(addressOf(run));
    await page.getByText('Confirming takes the permission tasks:confirm').waitFor();
    await page.getByText('1 to add').waitFor();
    const buttons = async (): Promise<string[]> => page.locator('main').getByRole('button').allInnerTexts();
    const allowed = /^(agent-|▾|\+|Download|Follow|Search|Choose|Open|Copy|agent-|⚓|▸|\d|$)/;
    expect((await buttons()).filter((name) => !allowed.test(name))).toEqual([]);
    for (const path of [
      '/workspaces',
      '/app/default/decide-1',
      '/app/default/decide-1/settings',
      '/agents',
      '/pools',
    ]) {
      await page.goto(path);
      await page.locator('main h1').waitFor();
      await waitFor(
        'the page to be loaded',
        async () => (await page.getByRole('status', { name: /^Loading/ }).count()) === 0,
      );
      expect([path, (await buttons()).filter((name) => !allowed.test(name))]).toEqual([path, []]);
    }
    expect(await page.getByRole('link', { name: 'Dead letters' }).count()).toBe(0);
    await page.goto('/settings');
    await page.getByRole('link', { name: 'My keys' }).waitFor();
    expect(await page.getByRole('link', { name: /Members|Audit|Service keys|Grants/ }).count()).toBe(0);
  }, 90_000);

  it('can be done with the keyboard alone', async () => {
    const run = await planned();
    const page = await pageOf(ada);
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('next and previous row').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type(run.message ?? '');
    await page.keyboard.press('Enter');
    await waitFor('the list to be narrowed', async () => (await page.locator('[data-row]').count()) === 1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'This plan waits for a person' }).waitFor();
    await page.getByText('1 to add').waitFor();
    // The log is no plan: whoever has not read that confirms nothing.
    await page.keyboard.press('y');
    await page.getByRole('button', { name: /Really apply plan/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 30_000 });
  }, 90_000);

  it('confirms nothing before the plan was opened', async () => {
    const run = await planned();
    const page = await pageOf(ada);
    await page.goto(`${addressOf(run)}?view=timeline`);
    await page.getByText('Read the plan first').waitFor();
    expect(await confirmButton(page).isDisabled()).toBe(true);
    await page.keyboard.press('y');
    expect(await page.getByRole('button', { name: /Really apply/ }).count()).toBe(0);
    await page.getByText('Read the plan first').click();
    await confirmButton(page).and(page.locator(':enabled')).waitFor();
  }, 60_000);

  it('confirms several at once, and says of each that was left out why', async () => {
    const [one, other, over] = [await planned(), await planned(), await planned()];
    await system.api.expect('POST', `/api/v1/tasks/${over.id}/discard`, {});
    const page = await pageOf(ada);
    await page.goto('/runs');
    for (const run of [one, other, over]) {
      await page.getByRole('checkbox', { name: `Choose ${run.message}` }).check();
    }
    await page.getByRole('button', { name: 'Confirm …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('it is over (discarded)').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Confirm (2)' }).click();
    await page.getByText('2 confirmed.').waitFor();
    await Promise.all([one, other].map(async ({ id }) => system.api.reaches(id, 'succeeded')));
  }, 120_000);

  it('says why a run waits, with the one in its way as a link', async () => {
    const run = await planned();
    const behind = await system.api.task(run.workspaceId ?? '', 'plan_and_apply', {
      message: 'the second one',
    });
    const page = await pageOf(ada);
    await page.goto(runPath(run.workspace?.name ?? '', behind.id));
    await page.getByText('Waiting', { exact: true }).waitFor();
    await page
      .getByText('In the way:')
      .getByRole('link', { name: run.message ?? '' })
      .click();
    await page.getByRole('heading', { name: run.message ?? '' }).waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByText('discarded', { exact: true }).waitFor();
    await system.api.reaches(behind.id, 'apply_pending');
  }, 90_000);
});
