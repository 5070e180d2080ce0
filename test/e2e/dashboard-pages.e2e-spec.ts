import { createOrganization } from '@berth/persistence';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { faultsOf, picture } from '../support/browser-pages.js';
import { firstScripts, loaded } from '../support/dashboard.js';
import { ORGANIZATION_PAGES, settleTown, type DashboardTown } from '../support/dashboard-town.js';
import { person, type Person } from '../support/people.js';
import { System } from '../support/system.js';
import { Visits } from '../support/visits.js';
import { waitFor } from '../support/wait-for.js';

const WIDE = { width: 1_280, height: 800 };
const PHONE = { width: 360, height: 740 };
/** What stands there where there is nothing. */
const EMPTY: Readonly<Record<string, string>> = {
  'the front page': 'Nothing runs now',
  workspaces: 'There is no workspace yet',
  agents: 'No agent is here',
  builds: 'Nothing has been built yet',
  'dead letters': 'Every message was handled',
  teams: 'There are no teams',
  grants: 'There are no grants',
  'service keys': 'There are no service keys',
};
/** Pages that wait for an answer together. */
const AT_ONCE = 14;

describe('the pages of the dashboard', () => {
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

  const pageOf = async (): Promise<Page> => visits.quietPage(ada, { viewport: WIDE });

  async function faultsIn(page: Page, name: string): Promise<string[]> {
    const faults: string[] = [];
    for (const [view, viewport, colorScheme, ...rules] of [
      ['light', WIDE, 'light'],
      ['phone', PHONE, 'light'],
      // Nothing but the colours is another there.
      ['dark', PHONE, 'dark', 'color-contrast'],
    ] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      faults.push(...(await faultsOf(page, ...rules)).map((fault) => `${name}, ${view}: ${fault}`));
      await picture(page, `${name} ${view}`);
    }
    await page.setViewportSize(WIDE);
    return faults;
  }

  it('have no fault by light, in the dark and on a phone, with something in each', async () => {
    const page = await pageOf();
    // Nothing may be between two colours when it is looked at, for whoever asks for less motion.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const faults: string[] = [];
    for (const [name, path] of town.pages) {
      await page.goto(path);
      await loaded(page);
      faults.push(...(await faultsIn(page, name)));
    }
    expect(faults).toEqual([]);
  }, 240_000);

  it('load no more than 130 kB of script for the first of them', async () => {
    const scripts = await firstScripts(await pageOf(), 'gzip');
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(130_000);
  }, 60_000);

  describe('of an organization in which nothing is', () => {
    beforeAll(async () => {
      const { database } = system.database;
      const id = randomUUID();
      await createOrganization(database, { id, name: 'empty', owner: { userId: ada.userId } });
    });

    it('say what is not there and what to do, and are gone to by the choice of the organization', async () => {
      const page = await pageOf();
      await page.getByLabel('Organization').selectOption('empty');
      await page.getByText('No plan waits for you').waitFor();
      expect(await page.getByText('waits for a person').count()).toBe(0);
      const faults: string[] = [];
      for (const [name, path] of ORGANIZATION_PAGES) {
        await page.goto(path);
        await loaded(page);
        await page
          .getByText(EMPTY[name] ?? '')
          .first()
          .waitFor();
        faults.push(...(await faultsOf(page)).map((fault) => `${name}: ${fault}`));
        await picture(page, `empty ${name}`);
      }
      expect(faults).toEqual([]);
      // An address names its organization, whichever was chosen before.
      await page.goto('/app/default/town');
      await page.getByRole('heading', { name: 'town', level: 1, exact: true }).waitFor();
    }, 120_000);
  });

  it('say what to do where the api cannot answer, and recover', async () => {
    const { context } = await visits.signIn(ada, { viewport: WIDE });
    const down = { on: true };
    const answer = { status: 503, contentType: 'application/problem+json' };
    const body = JSON.stringify({
      ...{ type: 'about:blank', title: 'Service Unavailable', status: 503, code: 'DATABASE_UNAVAILABLE' },
      detail: 'the database does not answer, try again soon',
    });
    // Of streams browsers have no more than six at once, and these are more pages.
    await context.route(/\/api\/v1\/(?!account$|whoami)/, async (route) =>
      down.on || route.request().url().includes('/stream')
        ? route.fulfill({ ...answer, body })
        : route.continue(),
    );
    // One address of each route is enough.
    const pages = [...town.pages].filter(([, path]) => !/view=|broken/.test(path));
    const says = async (page: Page): Promise<Locator> => {
      const failure = page.getByRole('alert').getByText(/The database does not answer/);
      await failure.first().waitFor({ timeout: 30_000 });
      return failure;
    };
    const silent: string[] = [];
    for (let from = 0; from < pages.length; from += AT_ONCE) {
      down.on = true;
      const some = await Promise.all(
        pages.slice(from, from + AT_ONCE).map(async ([name, path]) => {
          const page = await context.newPage();
          await page.goto(path);
          return { name, page };
        }),
      );
      await Promise.all(
        some.map(async ({ name, page }) =>
          says(page).catch(async () => silent.push(`${name}: ${await page.locator('main').innerText()}`)),
        ),
      );
      down.on = false;
      for (const { name, page } of some) {
        await waitFor(
          `${name} to be well again`,
          async () => {
            for (const again of await page.getByRole('button', { name: 'Try again' }).all()) {
              // It may be gone by then: what is shown is read anew by itself, too.
              await again.dispatchEvent('click', {}, { timeout: 1_000 }).catch(() => undefined);
            }
            return (await page.getByText(/The database does not answer/).count()) === 0;
          },
          20_000,
        );
        await loaded(page);
        await page.close();
      }
    }
    expect(silent).toEqual([]);
  }, 240_000);
});
