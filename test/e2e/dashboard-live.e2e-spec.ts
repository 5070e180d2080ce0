import type { Grant, Task } from '@berth/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { runPath, type SignedIn } from '../support/dashboard.js';
import { person, type Person } from '../support/people.js';
import { PlanGate } from '../support/plan-gate.js';
import { System } from '../support/system.js';
import { Visits } from '../support/visits.js';
import { waitFor } from '../support/wait-for.js';

const FILES = { 'main.tf': 'resource "terraform_data" "one" {\n  input = "one"\n}\n' };
const PASSWORD = 'a harbour full of boats';

describe('a page of the dashboard that stays open', () => {
  let system: System;
  let visits: Visits;
  let organizationId: string;
  let ada: Person;
  let gate: PlanGate;

  beforeAll(async () => {
    gate = await PlanGate.make();
    system = await System.start({
      agents: 1,
      agentEnv: { PATH: gate.path, BERTH_AGENT_SLOTS: '10' },
      registryEnv: {
        BERTH_HEARTBEAT_INTERVAL_MS: '500',
        BERTH_AGENT_SUSPECT_AFTER_MS: '3000',
        BERTH_AGENT_LOST_AFTER_MS: '6000',
        BERTH_MASS_LOST_AFTER_MS: '6000',
      },
    });
    visits = await Visits.of(system);
    ({ id: organizationId } = await system.api.expect<{ id: string }>('GET', '/api/v1/organization'));
    ada = await person(system.database.database, { organizationId, member: 'owner' });
  }, 300_000);

  afterEach(async () => {
    expect(await visits.leave()).toEqual([]);
  });

  afterAll(async () => {
    await visits.close();
    await system.stop();
  }, 60_000);

  const signIn = async (who = ada): Promise<SignedIn> => visits.signIn(who);

  async function planned(name: string): Promise<Task> {
    const workspace = await system.api.workspace(name, FILES);
    const { id } = await system.api.task(workspace.id, 'plan_and_apply', { message: `run of ${name}` });
    return system.api.reaches(id, 'apply_pending');
  }

  const runLink = (page: Page, name: string): Locator => page.getByRole('link', { name: `run of ${name}` });

  it('is loaded anew, once, where a newer version has taken its parts away', async () => {
    const { page, context } = await signIn();
    let loads = 0;
    page.on('load', () => (loads += 1));
    const parts = /\/assets\/runs-page-[^/]*\.js$/;
    let gone = 0;
    await context.route(parts, async (route) => {
      gone += 1;
      await (loads === 0 ? route.fulfill({ status: 404 }) : route.continue());
    });
    await page.evaluate("sessionStorage.setItem('before', 'still here')");
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('heading', { name: 'Runs', level: 1, exact: true }).waitFor();
    expect([gone > 1, loads]).toEqual([true, 1]);
  }, 60_000);

  it('says so, and is not loaded again and again, where they stay away', async () => {
    const { page, context } = await signIn();
    let loads = 0;
    page.on('load', () => (loads += 1));
    await context.route(/\/assets\/runs-page-[^/]*\.js$/, async (route) => route.fulfill({ status: 404 }));
    await page.goto('/runs');
    await page.getByText('This page has failed').waitFor();
    expect(loads).toBeLessThan(4);
    await page.getByRole('link', { name: 'Front page' }).click();
    await page.getByRole('heading', { name: 'Front page', level: 1, exact: true }).waitFor();
  }, 60_000);

  it('leads to the sign-in when its session is ended elsewhere, and back to the very line', async () => {
    const grace = await person(system.database.database, { organizationId, member: 'owner' });
    const run = await planned('session');
    const { page: other } = await signIn(grace);
    await other.goto('/settings');
    await other.getByLabel('New password').fill(PASSWORD);
    await other.getByRole('button', { name: 'Set the password' }).click();
    await other.getByText('Your password is changed.').waitFor();
    const { page } = await signIn(grace);
    await page.goto(`${runPath('session', run.id)}?view=plan-log#L1`);
    await page.getByRole('log').getByRole('link', { name: 'Line 1', exact: true }).waitFor();
    await other.reload();
    await other
      .locator('main')
      .getByRole('button', { name: /^Sign out/ })
      .click();
    await other.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/\/sign-in\?return_to=/, { timeout: 45_000 });
    await page.getByLabel(/E-mail/).fill(grace.email);
    await page.getByLabel(/Password/).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('log').getByRole('link', { name: 'Line 1', exact: true }).waitFor();
    expect(new URL(page.url()).hash).toBe('#L1');
  }, 120_000);

  it('leads to the sign-in, too, from the first thing that is done without a session', async () => {
    const run = await planned('signed-out');
    const { page } = await signIn();
    // As the api answers it to somebody whose session has ended. All else is still answered, and so leads back from there.
    await page.route('**/discard', async (route) => {
      const answer = await fetch(route.request().url(), { method: 'POST' });
      const contentType = answer.headers.get('content-type') ?? '';
      await route.fulfill({ status: answer.status, contentType, body: await answer.text() });
    });
    await page.goto(runPath('signed-out', run.id));
    const led = page.waitForRequest(/\/sign-in\?return_to=/);
    const back = led.then(async () => page.waitForEvent('load'));
    await page.getByRole('button', { name: 'Discard' }).click();
    await led;
    // A window that is closed in the middle of that may never be.
    await back;
    expect(await system.api.read(run.id)).toMatchObject({ status: 'apply_pending' });
  }, 60_000);

  it('takes away the buttons of a role that was taken away, and until then they are refused', async () => {
    const { database } = system.database;
    const grace = await person(database, { organizationId, role: 'operator' });
    const run = await planned('role');
    const { page } = await signIn(grace);
    await page.clock.install();
    await page.goto(runPath('role', run.id));
    const confirm = page.getByRole('button', { name: 'Confirm and apply' });
    await confirm.and(page.locator(':enabled')).waitFor();
    const { items } = await system.api.expect<{ items: Grant[] }>('GET', '/api/v1/grants');
    const grant = items.find(({ user }) => user?.email === grace.email);
    await system.api.expect('DELETE', `/api/v1/grants/${grant?.id ?? ''}`);
    await system.api.expect('POST', '/api/v1/grants', { user: grace.email, role: 'viewer' });
    await confirm.click();
    await page
      .getByRole('alert')
      .getByText(/tasks:confirm/)
      .waitFor();
    expect(await system.api.read(run.id)).toMatchObject({ status: 'apply_pending' });
    await page.clock.fastForward(61_000);
    await confirm.waitFor({ state: 'detached' });
    await page.getByText('Confirming takes the permission tasks:confirm').waitFor();
  }, 60_000);

  it('gives its stream back when nobody sees it, and catches up', async () => {
    const { page } = await signIn();
    const streams = streamsOf(page);
    await page.clock.install();
    await page.goto('/runs');
    await page.getByRole('heading', { name: 'Runs', level: 1, exact: true }).waitFor();
    await waitFor('the stream to be open', async () => Promise.resolve(streams.size === 1));
    await waitFor(
      'the list',
      async () => (await page.getByRole('status', { name: /^Loading/ }).count()) === 0,
    );
    await show(page, 'hidden');
    await page.clock.fastForward(61_000);
    // So long without a word, the stream counts as broken first, and is about to be made again.
    await page.clock.runFor(1_000);
    await waitFor('the stream to be given back', async () => Promise.resolve(streams.size === 0));
    await planned('unseen');
    expect([await runLink(page, 'unseen').count(), streams.size]).toEqual([0, 0]);
    await show(page, 'visible');
    await runLink(page, 'unseen').waitFor();
    await waitFor('the stream to be open again', async () => Promise.resolve(streams.size === 1));
  }, 60_000);

  it('tells in one tab what was done in another one', async () => {
    const run = await planned('two-tabs');
    const { page, context } = await signIn();
    const other = await tab(context);
    await Promise.all([page, other].map(async (each) => each.goto(runPath('two-tabs', run.id))));
    await other.getByRole('button', { name: 'Discard' }).waitFor();
    await page.getByLabel('Comment').fill('rather not');
    await page.getByRole('button', { name: 'Discard' }).click();
    await other.getByText('discarded', { exact: true }).waitFor();
    await other.getByRole('link', { name: 'Timeline' }).click();
    await other.getByText('rather not').waitFor();
    expect(await other.getByRole('button', { name: 'Confirm and apply' }).count()).toBe(0);
  }, 60_000);

  it('shows in the harbour what begins, waits and is lost elsewhere', async () => {
    const { page } = await signIn();
    await page.goto('/agents');
    const berth = (state: string): Locator =>
      page.locator(`button[data-state=${state}]`).filter({ hasText: 'harbour' });
    const berths = page.getByRole('list', { name: 'Slots of agent-1' });
    await berths.waitFor();
    await gate.close();
    const workspace = await system.api.workspace('harbour', FILES);
    const { id } = await system.api.task(workspace.id, 'plan_and_apply');
    await berth('running').waitFor();
    await gate.open();
    await berth('reserved').waitFor();
    await system.api.reaches(id, 'apply_pending');
    const [agent] = system.agents;
    await agent?.end('SIGKILL');
    await page.locator('[data-status=lost]').first().waitFor({ timeout: 30_000 });
    await berths.locator('button[data-state=lost]').first().waitFor();
    expect(await berth('reserved').count()).toBe(0);
    agent?.start();
    await agent?.ready();
    await berth('reserved').waitFor({ timeout: 60_000 });
  }, 120_000);

  async function tab(context: BrowserContext): Promise<Page> {
    return context.newPage();
  }
});

/** The streams that a page has open. */
function streamsOf(page: Page): Set<unknown> {
  const streams = new Set<unknown>();
  page.on('request', (request) => {
    if (request.url().includes('/api/v1/stream')) {
      streams.add(request);
    }
  });
  page.on('requestfinished', (request) => streams.delete(request));
  page.on('requestfailed', (request) => streams.delete(request));
  return streams;
}

async function show(page: Page, visibility: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate(
    `Object.defineProperty(document, 'visibilityState', { value: '${visibility}', configurable: true });
     document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))`,
  );
}
