import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SignInLink } from '@berth/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { faultsOf, openContext, picture } from '../support/browser-pages.js';
import { startChromium } from '../support/chromium.js';
import { System } from '../support/system.js';

const MAIN = `
variable "greeting" { default = "hello" }
resource "terraform_data" "greeting" {
  count = 2
  input = "\${var.greeting} \${count.index}"
}
output "greetings" { value = terraform_data.greeting[*].output }
output "secret" {
  value     = "hunter2-is-secret"
  sensitive = true
}
check "polite" {
  assert {
    condition     = terraform_data.greeting[0].input == "good morning"
    error_message = "it could be politer"
  }
}
`;

describe('a newcomer', () => {
  let system: System;
  let browser: Browser;
  let page: Page;
  let folder: string;
  const complaints: string[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    browser = await startChromium();
    system = await System.start({ agents: 1 });
    folder = join(await mkdtemp('/tmp/newcomer-'), 'greetings');
    await mkdir(join(folder, '.terraform'), { recursive: true });
    await writeFile(join(folder, 'main.tf'), MAIN);
    await writeFile(join(folder, '.terraform', 'left-behind'), 'never uploaded');
    const context = await openContext(browser, complaints, { baseURL: system.api.baseUrl });
    page = await context.newPage();
  }, 300_000);

  afterAll(async () => {
    await browser.close();
    await system.stop();
  }, 60_000);

  async function look(name: string): Promise<void> {
    await picture(page, name);
    faults.push(...(await faultsOf(page)).map((fault) => `${name}: ${fault}`));
  }

  it('comes from the link of the first start to a confirmed apply and its outputs, by clicking alone', async () => {
    const { url } = await system.api.expect<SignInLink>('POST', '/api/v1/sign-in-links', {});
    await page.goto(url);
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('E-mail address').fill('ada@example.org');
    await page.getByLabel(/New password/).fill('a harbour full of boats');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Front page', level: 1, exact: true }).waitFor();
    await page.getByText('No plan waits for you').waitFor();
    await look('newcomer-front');

    await page.getByRole('link', { name: 'Workspaces' }).click();
    await page.getByText('There is no workspace yet').waitFor();
    await page.getByRole('button', { name: 'Create a workspace' }).click();
    await page.getByLabel('Name', { exact: true }).fill('not a name');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page
      .getByText(/^may hold letters/)
      .first()
      .waitFor();
    await look('newcomer-bad-name');
    await page.getByLabel('Name', { exact: true }).fill('greetings');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('heading', { name: 'greetings', level: 1, exact: true }).waitFor();
    await look('newcomer-workspace');

    await page.getByRole('button', { name: 'Start a run' }).click();
    await page.getByLabel('Folder of the configuration').setInputFiles(folder);
    await page.getByText('1 file will be uploaded').waitFor();
    await page.getByLabel('Message').fill('my first run');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('heading', { name: 'my first run', level: 1, exact: true }).waitFor();
    await page.getByRole('heading', { name: 'This plan waits for a person' }).waitFor({ timeout: 60_000 });
    await page.getByText('2 to add, 0 to change, 0 to destroy').waitFor();
    await page.getByRole('button', { name: /terraform_data\.greeting\[\*\]/ }).waitFor();
    await page.getByText('it could be politer').first().waitFor();
    await look('newcomer-plan');

    await page.getByLabel('Comment').fill('looks good');
    await page.getByRole('button', { name: 'Confirm and apply' }).click();
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByText('warm: no init').waitFor();
    await page.getByRole('cell', { name: 'greetings', exact: true }).waitFor();
    const outputs = page.locator('section', { has: page.getByRole('heading', { name: 'Outputs' }) });
    expect(await outputs.innerText()).toContain('hello 1');
    expect(await page.content()).not.toContain('hunter2');
    await page.getByRole('log').getByText('Apply complete').waitFor();
    await look('newcomer-applied');

    await page.getByRole('link', { name: 'Timeline' }).click();
    await page.getByText('looks good').waitFor();
    await look('newcomer-timeline');
    expect(complaints).toEqual([]);
    expect(faults).toEqual([]);
  }, 180_000);
});
