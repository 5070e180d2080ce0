import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TerraformResult } from '../../apps/agent/src/terraform/terraform-process.js';
import { configurationWith, ProviderMirror } from '../support/provider-mirror.js';
import { TerraformSlot } from '../support/terraform-slot.js';
import { waitFor } from '../support/wait-for.js';

const UUID = /^[0-9a-f-]{36}$/;

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

async function configure(main: string): Promise<void> {
  await slot.configure({ 'versions.tf': configurationWith('1.0.0'), 'main.tf': main });
}

async function planAndApply(...args: string[]): Promise<TerraformResult> {
  expect(await slot.plan(...args)).toMatchObject({ exitCode: 0 });
  const applied = await slot.apply();
  expect(applied).toMatchObject({ exitCode: 0 });
  return applied;
}

const thing = () => slot.state.resources.find(({ name }) => name === 'x')?.instances[0];

describe("the tests' own provider", () => {
  it('plans, makes and removes a thing; its id is told when it is made, its secret never', async () => {
    await configure(`
      resource "fake_thing" "x" {
        input  = "visible"
        secret = "SECRET"
      }
      output "id" { value = fake_thing.x.id }`);
    expect(await slot.plan()).toMatchObject({ exitCode: 0, changes: { add: 1, operation: 'plan' } });
    const { content } = await slot.show();
    expect(content.resources).toMatchObject([
      {
        address: 'fake_thing.x',
        actions: ['create'],
        after: { input: 'visible', secret: '(sensitive)' },
        afterUnknown: { id: true },
      },
    ]);

    expect(await slot.apply()).toMatchObject({ exitCode: 0, appliedResources: 1 });
    const made = thing();
    expect(made?.attributes).toMatchObject({
      input: 'visible',
      secret: 'SECRET',
      id: expect.stringMatching(UUID),
    });
    expect(slot.log).toContain(`\n\nOutputs:\n\nid = "${String(made?.attributes['id'])}"\n`);

    await slot.plan();
    expect((await slot.show()).applyable).toBe(false);

    expect(await planAndApply('-destroy')).toMatchObject({ changes: { remove: 1, operation: 'apply' } });
    expect(slot.state.resources).toEqual([]);
    expect(slot.log + JSON.stringify(content)).not.toContain('SECRET');
  }, 60_000);

  it('changes a thing in place, and makes a tainted one anew', async () => {
    await configure('resource "fake_thing" "x" { input = "before" }');
    await planAndApply();
    const { id } = thing()?.attributes ?? {};

    await configure('resource "fake_thing" "x" { input = "after" }');
    expect(await planAndApply()).toMatchObject({ changes: { add: 0, change: 1, remove: 0 } });
    expect(thing()?.attributes).toMatchObject({ id, input: 'after' });

    const tainted = await slot.withBackend(async () => slot.run(['taint', 'fake_thing.x']));
    expect(tainted).toMatchObject({ exitCode: 0 });
    expect(thing()?.status).toBe('tainted');
    expect(await planAndApply()).toMatchObject({ changes: { add: 1, change: 0, remove: 1 } });
    expect(thing()?.attributes['id']).toEqual(expect.stringMatching(UUID));
    expect(thing()?.attributes['id']).not.toBe(id);
  }, 60_000);

  it('is read as data while terraform plans, and passes on what is known only later', async () => {
    await configure(`
      data "fake_thing" "read" { input = "read" }
      resource "fake_thing" "first" { input = data.fake_thing.read.id }
      resource "fake_thing" "x" {
        input         = fake_thing.first.id
        secret        = data.fake_thing.read.input
        delay_seconds = 0.1
      }`);
    await planAndApply();

    const first = slot.state.resources.find(({ name }) => name === 'first')?.instances[0];
    expect(thing()?.attributes).toMatchObject({
      input: first?.attributes['id'],
      secret: 'read',
      delay_seconds: 0.1,
    });
  });

  it('refuses a way to fail that it does not know, before anything is planned', async () => {
    await configure('resource "fake_thing" "x" { fail = "sometimes" }');

    expect(await slot.plan()).toMatchObject({
      exitCode: 1,
      diagnostics: [{ summary: 'Invalid value for fail', range: { filename: 'main.tf' } }],
    });
  });

  it('ends a long apply when terraform is interrupted, and what was begun is tainted in the state', async () => {
    const calls = join(slot.work, 'calls');
    slot.environment.set('FAKE_PROVIDER_CALLS', calls);
    await configure('resource "fake_thing" "x" { delay_seconds = 1000 }');
    await slot.plan();
    const abort = new AbortController();
    const applied = slot.apply({ signal: abort.signal });
    await waitFor('the provider to be at work', async () =>
      (await readFile(calls, 'utf8')).includes('/ApplyResourceChange\n'),
    );
    abort.abort();

    expect(await applied).toMatchObject({ exitCode: 1, cancelled: true, killed: false, erroredResources: 1 });
    expect(await readFile(calls, 'utf8')).toContain('/Stop\n');
    expect(slot.log).toContain('Error: The thing was interrupted');
    expect(thing()).toMatchObject({ status: 'tainted', attributes: { id: expect.stringMatching(UUID) } });
    expect(slot.server.locks.size).toBe(0);
    expect(slot.processes()).toEqual([]);
  });
});
