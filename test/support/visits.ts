import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startChromium } from './chromium.js';
import { signedIn, type SignedIn } from './dashboard.js';
import type { System } from './system.js';

/** The people who are signed in to the dashboard of a system, each in a window of their own. */
export class Visits {
  private readonly open: SignedIn[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly system: System,
  ) {}

  static async of(system: System): Promise<Visits> {
    return new Visits(await startChromium(), system);
  }

  async signIn(
    { userId }: { readonly userId: string },
    options: BrowserContextOptions = {},
  ): Promise<SignedIn> {
    const { api, database } = this.system;
    const visit = await signedIn(
      this.browser,
      { url: api.baseUrl, database: database.database, userId },
      options,
    );
    this.open.push(visit);
    return visit;
  }

  /** A page of which nothing may be said in the browser's console either. */
  async quietPage(who: { readonly userId: string }, options: BrowserContextOptions = {}): Promise<Page> {
    const { page, complaints } = await this.signIn(who, options);
    page.on('console', (message) => {
      if (message.type() === 'error') {
        complaints.push(`${page.url()}: ${message.text()}`);
      }
    });
    return page;
  }

  /** Closes the windows. @returns what their pages did against their policy, or failed at */
  async leave(): Promise<readonly string[]> {
    const visits = this.open.splice(0);
    await Promise.all(visits.map(async ({ context }) => context.close()));
    return visits.flatMap(({ complaints }) => complaints);
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}
