import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NOT_CONFINED } from '../../apps/agent/src/processes/isolation/no-isolation.js';
import { classifyFailure } from '../../apps/agent/src/terraform/failure-classes.js';
import { TerraformSlot } from '../support/terraform-slot.js';

let slot: TerraformSlot;

beforeEach(async () => {
  slot = new TerraformSlot();
  await slot.open();
});
afterEach(async () => {
  await slot.close();
});

describe('a plan and its apply', () => {
  it('go through with the counts that terraform gives, a readable log and no secret', async () => {
    const main = `
      variable "secret" {
        type      = string
        sensitive = true
      }
      resource "terraform_data" "a" { input = { open = "visible", hidden = var.secret } }
      output "o" {
        value     = var.secret
        sensitive = true
      }
      output "p" { value = "shown" }`;
    await slot.configure({ 'main.tf': main }, [{ key: 'secret', value: 'SECRET', hcl: false }]);
    const planned = await slot.plan();

    expect(planned).toMatchObject({ exitCode: 0, diagnostics: [], changes: { add: 1, operation: 'plan' } });
    expect(planned.versionLineAt).toBeInstanceOf(Date);
    expect(planned.firstApplyStartAt).toBeNull();

    const { content, applyable } = await slot.show();
    expect(applyable).toBe(true);
    expect(content).toMatchObject({
      summary: { add: 1, change: 0, destroy: 0, import: 0 },
      terraformVersion: expect.stringMatching(/^1\./),
      resources: [
        { address: 'terraform_data.a', after: { input: { open: 'visible', hidden: '(sensitive)' } } },
      ],
      outputs: [
        { name: 'o', sensitive: true, after: '(sensitive)' },
        { name: 'p', sensitive: false, after: 'shown' },
      ],
    });

    const applied = await slot.apply();
    expect(applied).toMatchObject({
      exitCode: 0,
      appliedResources: 1,
      erroredResources: 0,
      changes: { add: 1, operation: 'apply' },
      cancelled: false,
    });
    expect(applied.firstApplyStartAt).toBeInstanceOf(Date);
    expect(slot.log).toMatch(
      /terraform_data\.a: Creating\.\.\.\nterraform_data\.a: Creation complete after 0s \[id=.+\]\n/,
    );
    expect(slot.log).toContain('\nApply complete! Resources: 1 added, 0 changed, 0 destroyed.\n');
    expect(slot.log).toContain('\nOutputs:\n\no = <sensitive>\np = "shown"\n');
    expect(slot.log + JSON.stringify(content)).not.toContain('SECRET');
    expect(slot.state.resources).toHaveLength(1);

    await slot.plan();
    expect((await slot.show()).applyable).toBe(false);
  });

  it('to destroy, to replace and to refresh are counted as terraform counts', async () => {
    await slot.configure({ 'main.tf': 'resource "terraform_data" "x" { input = 1 }' });
    await slot.plan();
    await slot.apply();

    const replacing = await slot.plan('-replace=terraform_data.x');
    expect(replacing).toMatchObject({ changes: { add: 1, change: 0, remove: 1 } });
    expect((await slot.show()).content.summary).toMatchObject({ add: 1, change: 0, destroy: 1, import: 0 });

    expect(await slot.plan('-destroy')).toMatchObject({ changes: { add: 0, change: 0, remove: 1 } });
    expect((await slot.show()).content.summary).toMatchObject({ add: 0, change: 0, destroy: 1, import: 0 });

    expect(await slot.plan('-refresh-only')).toMatchObject({ exitCode: 0 });
    expect((await slot.show(true)).applyable).toBe(false);
  });

  it('of only outputs have changes', async () => {
    await slot.configure({ 'main.tf': 'output "o" { value = 1 }' });
    await slot.plan();

    expect(await slot.show()).toMatchObject({
      applyable: true,
      content: { summary: { add: 0, change: 0, destroy: 0 } },
    });
  });
});

describe('what fails', () => {
  it('in init is read from its text', async () => {
    await slot.configure({ 'main.tf': 'module "m" { source = "./missing" }' });
    const init = await slot.init();

    expect(init.exitCode).toBe(1);
    expect(classifyFailure({ ...init, step: 'init', stderr: init.stderrTail })).toMatchObject({
      code: 'TERRAFORM_MODULE_INVALID',
      class: 'permanent',
      message: expect.stringContaining('Unreadable module directory'),
    });
  });

  it('in the configuration is shown with its place', async () => {
    await slot.configure({ 'main.tf': 'output "o" {\n  value = var.missing\n}\n' });
    const planned = await slot.plan();

    expect(planned.exitCode).toBe(1);
    expect(classifyFailure({ ...planned, step: 'plan', stderr: '' })).toMatchObject({
      code: 'TERRAFORM_CONFIGURATION_INVALID',
      class: 'permanent',
    });
    expect(slot.log).toContain(
      '\nError: Reference to undeclared input variable\n\n  on main.tf line 2, in output "o":\n   2:   value = var.missing\n\nAn input variable',
    );
  });

  it('halfway through a plan leaves a plan that is marked as failed', async () => {
    await slot.configure({
      'main.tf': `
        resource "terraform_data" "good" {}
        data "terraform_remote_state" "bad" {
          backend = "local"
          config  = { path = "missing.tfstate" }
        }`,
    });
    expect(await slot.plan()).toMatchObject({ exitCode: 1 });

    const { content, applyable } = await slot.show();
    expect(content).toMatchObject({ errored: true, summary: { add: 1 } });
    expect(applyable).toBe(false);
  });

  it('for want of memory says so, and is tried again', async () => {
    await slot.configure({ 'main.tf': 'resource "terraform_data" "x" {}' });
    const init = await slot.run(['init', '-input=false', '-no-color'], {
      confinement: { ...NOT_CONFINED, limits: { memoryMb: 32 } },
    });

    expect(init.exitCode).not.toBe(0);
    expect(classifyFailure({ ...init, step: 'init', stderr: init.stderrTail })).toMatchObject({
      code: 'TERRAFORM_OUT_OF_MEMORY',
      class: 'transient',
    });
    expect(
      (
        await slot.run(['init', '-input=false', '-no-color'], {
          confinement: { ...NOT_CONFINED, limits: { memoryMb: 1_000 } },
        })
      ).exitCode,
    ).toBe(0);
  });

  it('in an apply is counted, and what was made is in the state', async () => {
    await slot.configure({
      'main.tf': `
        resource "terraform_data" "good" {}
        resource "terraform_data" "bad" {
          depends_on = [terraform_data.good]
          provisioner "local-exec" { command = "echo from the provisioner; exit 3" }
        }`,
    });
    await slot.plan();
    const applied = await slot.apply();

    expect(applied).toMatchObject({ exitCode: 1, appliedResources: 1, erroredResources: 1 });
    expect(slot.log).toContain('terraform_data.bad (local-exec): from the provisioner\n');
    expect(slot.state.resources.map(({ name }) => name).sort()).toEqual(['bad', 'good']);
  });
});
