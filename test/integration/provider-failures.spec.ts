import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TerraformResult } from '../../apps/agent/src/terraform/terraform-process.js';
import { MemoryLimit } from '../support/memory-limit.js';
import { configurationWith, ProviderMirror } from '../support/provider-mirror.js';
import { failureOf, TerraformSlot } from '../support/terraform-slot.js';

const NOT_AGAIN = 'The apply had begun, so it is not repeated: look at what was changed, and plan again.';
const THROTTLED = 'api error Throttling: Rate exceeded';

const refusal = MemoryLimit.refusal();
const withLimit = refusal === null ? it : it.skip; // needs a control group of its own: the test’s name says why not
const skipped = refusal === null ? '' : ` (skipped, since memory cannot be limited here: ${refusal})`;

let mirror: ProviderMirror;
let slot: TerraformSlot;

beforeEach(async () => {
  mirror = new ProviderMirror();
  await mirror.open();
  await mirror.offer('1.0.0');
  slot = new TerraformSlot();
  await slot.open();
  slot.cliConfigFile = mirror.cliConfigFile;
});
afterEach(async () => {
  await slot.close();
  await mirror.close();
});

async function planOf(main: string, version = '1.0.0'): Promise<TerraformResult> {
  await slot.configure({ 'versions.tf': configurationWith(version), 'main.tf': main });
  return slot.plan();
}

/** Makes a good thing, then one that fails in this way. */
async function applyThatFails(attributes: string): Promise<TerraformResult> {
  const planned = await planOf(`
    resource "fake_thing" "good" {}
    resource "fake_thing" "bad" {
      depends_on = [fake_thing.good]
      ${attributes}
    }`);
  expect(planned).toMatchObject({ exitCode: 0 });
  return slot.apply();
}

function expectOnlyTheGoodOne(applied: TerraformResult): void {
  expect(applied).toMatchObject({ exitCode: 1, appliedResources: 1, erroredResources: 1 });
  expect(slot.state.resources.map(({ name }) => name)).toEqual(['good']);
  expect(slot.server.locks.size).toBe(0);
}

describe('a provider that does not start', () => {
  it.each([
    ['ends at once', 'exit'],
    ['says something else than it should', 'garbage'],
    ['dies before it has told its schema', 'crash'],
    ['started only once', 'exit-later'],
  ])('since it %s, is worth another try', async (_what, how) => {
    slot.environment.set('FAKE_PROVIDER_START', how);
    slot.environment.set('FAKE_PROVIDER_CALLS', join(slot.work, 'calls'));
    const failure = failureOf('plan', await planOf('resource "fake_thing" "x" {}'));

    expect(failure).toMatchObject({
      code: 'TERRAFORM_PROVIDER_START_FAILED',
      class: 'transient',
    });
  });

  it('since its program is empty, is not', async () => {
    await mirror.offerUnpacked('2.0.0');
    const failure = failureOf('plan', await planOf('resource "fake_thing" "x" {}', '2.0.0'));

    expect(failure).toMatchObject({ code: 'TERRAFORM_PROVIDER_NOT_EXECUTABLE', class: 'permanent' });
    expect(failure.message).toContain('exec format error');
  });
});

describe('a provider that crashes', () => {
  it('while terraform plans is worth another try', async () => {
    const failure = failureOf('plan', await planOf('data "fake_thing" "x" { fail = "crash" }'));

    expect(failure).toMatchObject({
      code: 'TERRAFORM_PROVIDER_CRASHED',
      class: 'transient',
    });
  });

  it('in an apply is not, because nobody knows what it had done', async () => {
    const applied = await applyThatFails('fail = "crash"');
    const failure = failureOf('apply', applied);

    expectOnlyTheGoodOne(applied);
    expect(failure).toMatchObject({
      code: 'TERRAFORM_PROVIDER_CRASHED',
      class: 'permanent',
      message: expect.stringContaining(NOT_AGAIN),
    });
  }, 60_000);

  withLimit(
    `in an apply for want of memory leaves terraform to save its state${skipped}`,
    async () => {
      await planOf(`
      resource "fake_thing" "good" {}
      resource "fake_thing" "bad" {
        depends_on = [fake_thing.good]
        fail       = "oom"
      }`);
      const limit = MemoryLimit.make(256);
      const applied = await slot.apply(limit.command(['apply', '-json', '-input=false', slot.planFile]));
      const { kills } = limit;
      await limit.remove();

      expect(kills).toBe(1);
      expectOnlyTheGoodOne(applied);
      expect(failureOf('apply', applied)).toMatchObject({
        code: 'TERRAFORM_PROVIDER_CRASHED',
        class: 'permanent',
        message: expect.stringContaining('for want of memory'),
      });
    },
    60_000,
  );
});

describe('what a provider answers', () => {
  it('as an error of an apply is its own, not one of the configuration, and final', async () => {
    const applied = await applyThatFails('fail = "error"\n input = "The quota is used up."');

    expectOnlyTheGoodOne(applied);
    expect(failureOf('apply', applied)).toEqual({
      code: 'TERRAFORM_FAILED',
      class: 'permanent',
      message: 'The thing was refused (main.tf line 3): The quota is used up.',
    });
  }, 60_000);

  it('as an error of a plan is its own as well', async () => {
    const planned = await planOf('data "fake_thing" "x" {\n  fail = "error"\n}');

    expect(failureOf('plan', planned)).toEqual({
      code: 'TERRAFORM_FAILED',
      class: 'permanent',
      message: 'The thing was refused (main.tf line 1): It was asked to be.',
    });
  });

  it('as a fault of one attribute is one of the configuration', async () => {
    const planned = await planOf('resource "fake_thing" "x" {\n  fail = "sometimes"\n}');

    expect(failureOf('plan', planned)).toMatchObject({
      code: 'TERRAFORM_CONFIGURATION_INVALID',
      class: 'permanent',
      message: expect.stringContaining('(main.tf line 2)'),
    });
  });

  it('of a service that is overloaded is worth another plan, and says of an apply that it is not repeated', async () => {
    const planned = await planOf(`data "fake_thing" "x" {\n fail = "error"\n input = "${THROTTLED}"\n}`);
    expect(failureOf('plan', planned)).toMatchObject({
      code: 'TERRAFORM_REMOTE_UNAVAILABLE',
      class: 'transient',
    });

    const failure = failureOf('apply', await applyThatFails(`fail = "error"\n input = "${THROTTLED}"`));
    expect(failure).toMatchObject({
      code: 'TERRAFORM_REMOTE_UNAVAILABLE',
      class: 'permanent',
      message: expect.stringContaining(NOT_AGAIN),
    });
  }, 60_000);
});
