import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlanContent } from '@berth/contracts';
import { readPlanJson, type ShownPlan } from '../../apps/agent/src/terraform/plan-json.js';
import { summarizePlan } from '../../apps/agent/src/terraform/plan-summary.js';
import { attributesOf } from '../../apps/dashboard/src/plan/attributes.js';
import { groupsOf, lossesOf } from '../../apps/dashboard/src/plan/plan-model.js';
import { configurationWith, ProviderMirror } from '../support/provider-mirror.js';
import { TerraformSlot } from '../support/terraform-slot.js';

const BEFORE = `
resource "terraform_data" "old_name" { input = "moved" }
resource "terraform_data" "left" { input = "forgotten" }
resource "terraform_data" "gone" { input = "destroyed" }
resource "terraform_data" "changed" { input = { text = "before", kept = "same" } }
resource "terraform_data" "replaced" {
  input            = "the same"
  triggers_replace = ["one"]
}
resource "terraform_data" "each" {
  for_each = { "a" = 1, "b" = 1, "c \\"quoted\\"" = 1 }
  input    = each.value
}
resource "fake_thing" "secretive" {
  input  = "open"
  secret = "old-secret"
}
output "told" { value = terraform_data.changed.input.text }
output "hidden" {
  value     = fake_thing.secretive.secret
  sensitive = true
}
`;

const AFTER = `
resource "terraform_data" "new_name" { input = "moved" }
moved {
  from = terraform_data.old_name
  to   = terraform_data.new_name
}
removed {
  from = terraform_data.left
  lifecycle { destroy = false }
}
import {
  to = terraform_data.taken
  id = "an-id"
}
resource "terraform_data" "taken" {}
resource "terraform_data" "changed" { input = { text = "after", kept = "same" } }
resource "terraform_data" "replaced" {
  input            = "the same"
  triggers_replace = ["two"]
}
resource "terraform_data" "each" {
  for_each = { "b" = 2, "c \\"quoted\\"" = 2, "d" = 2 }
  input    = each.value
}
resource "terraform_data" "counted" {
  count = 2
  input = count.index
}
resource "fake_thing" "secretive" {
  input  = "open"
  secret = "new-secret"
}
data "fake_thing" "later" { input = terraform_data.counted[0].id }
output "told" { value = terraform_data.changed.input.text }
output "hidden" {
  value     = fake_thing.secretive.secret
  sensitive = true
}
output "unknown" { value = terraform_data.counted[1].id }
check "polite" {
  assert {
    condition     = terraform_data.changed.input.text == "please"
    error_message = "say please"
  }
}
`;

/** Of OpenTofu 1.9, made by hand, since there is none here: it says neither `applyable` nor `complete`, and forgets so. */
const OF_OPENTOFU = {
  format_version: '1.2',
  terraform_version: '1.9.0',
  resource_changes: [
    {
      address: 'null_resource.left',
      mode: 'managed',
      type: 'null_resource',
      name: 'left',
      provider_name: 'registry.opentofu.org/hashicorp/null',
      change: { actions: ['forget'], before: { id: '1' }, after: null, after_unknown: {} },
    },
    {
      address: 'null_resource.kept',
      deposed: '01234567',
      mode: 'managed',
      type: 'null_resource',
      name: 'kept',
      provider_name: 'registry.opentofu.org/hashicorp/null',
      change: { actions: ['delete'], before: { id: '2' }, after: null, after_unknown: {} },
    },
    {
      address: 'null_resource.kept',
      mode: 'managed',
      type: 'null_resource',
      name: 'kept',
      provider_name: 'registry.opentofu.org/hashicorp/null',
      action_reason: 'replace_because_cannot_update',
      change: {
        actions: ['create', 'delete'],
        before: { id: '3', triggers: { a: '1' } },
        after: { triggers: { a: '2' } },
        after_unknown: { id: true },
        replace_paths: [['triggers']],
      },
    },
  ],
  errored: false,
};

/** The groups as the page draws them: kind, and of each entry its address and how many it stands for. */
function drawn(content: PlanContent): Record<string, string[]> {
  return Object.fromEntries(
    groupsOf(content.resources).map(({ kind, entries }) => [
      kind,
      entries.map(({ address, changes }) =>
        changes.length === 1 ? address : `${address} × ${changes.length}`,
      ),
    ]),
  );
}

/** The attributes of a resource that are not the same on both sides. */
function attributes(content: PlanContent, address: string): string[] {
  const change = content.resources.find((one) => one.address === address);
  return attributesOf(change ?? { sensitiveChanges: [] })
    .filter(({ kind }) => kind !== 'same')
    .map(
      ({ path, before, after, forces }) =>
        `${path}: ${before.text || before.kind} → ${after.text || after.kind}${forces ? ' !' : ''}`,
    );
}

describe('a plan of the real terraform, as the page draws it', () => {
  const slot = new TerraformSlot();
  const mirror = new ProviderMirror();
  let content: PlanContent;
  let json: string;

  beforeAll(async () => {
    await mirror.open();
    await mirror.offer('1.0.0');
    await slot.open();
    slot.cliConfigFile = mirror.cliConfigFile;
    await slot.configure({ 'main.tf': configurationWith('1.0.0') + BEFORE });
    await slot.plan();
    expect((await slot.apply()).exitCode).toBe(0);
    await slot.configure({ 'main.tf': configurationWith('1.0.0') + AFTER });
    expect((await slot.plan()).exitCode).toBe(0);
    json = await slot.shownJson();
    ({ content } = await slot.show());
  }, 120_000);

  afterAll(async () => {
    await slot.close();
    await mirror.close();
  });

  it('has everything that happens in its group, what is lost first, and instances as one', () => {
    expect(drawn(content)).toEqual({
      destroy: ['terraform_data.each["a"]', 'terraform_data.gone'],
      replace: ['terraform_data.replaced'],
      update: ['fake_thing.secretive', 'terraform_data.changed', 'terraform_data.each[*] × 2'],
      create: ['terraform_data.counted[*] × 2', 'terraform_data.each["d"]'],
      read: ['data.fake_thing.later'],
      state: ['terraform_data.left', 'terraform_data.new_name', 'terraform_data.taken'],
    });
    expect(Object.keys(drawn(content))).toEqual(['destroy', 'replace', 'update', 'create', 'read', 'state']);
    expect(lossesOf(content)).toEqual({ destroys: 2, replaces: 1 });
    expect(content.summary).toMatchObject({
      add: 4,
      change: 4,
      destroy: 3,
      move: 1,
      import: 1,
      forget: 1,
    });
    expect(content.notShown).toEqual([]);
  });

  it('says what moves from where, what is imported and what forces a replacement', () => {
    const of = (address: string) => content.resources.find((one) => one.address === address);
    expect(of('terraform_data.new_name')?.previousAddress).toBe('terraform_data.old_name');
    expect(of('terraform_data.taken')?.importing).toEqual({ id: 'an-id' });
    expect(of('terraform_data.left')?.actions).toEqual(['forget']);
    expect(of('terraform_data.gone')?.reason).toBe('delete_because_no_resource_config');
    expect(attributes(content, 'terraform_data.replaced')).toEqual([
      expect.stringMatching(/^id: [0-9a-f-]+ → known after apply$/),
      'output: the same → known after apply',
      'triggers_replace[0]: one → two !',
    ]);
  });

  it('has the attributes that change, those that the apply decides, and of secrets only that they differ', () => {
    expect(attributes(content, 'terraform_data.changed')).toEqual([
      'input.text: before → after',
      'output: {"kept":"same","text":"before"} → known after apply',
    ]);
    expect(attributes(content, 'fake_thing.secretive')).toEqual(['secret: sensitive → sensitive']);
    expect(attributes(content, 'terraform_data.counted[1]')).toEqual([
      'id: absent → known after apply',
      'input: absent → 1',
      'output: absent → known after apply',
    ]);
    expect(json).toContain('new-secret');
    expect(JSON.stringify(content)).not.toMatch(/(old|new)-secret/);
  });

  it('has outputs and checks', () => {
    const outputs = content.outputs.flatMap((output) =>
      attributesOf(output).map(({ kind, before, after }) => [output.name, kind, before.kind, after.kind]),
    );
    expect(outputs).toEqual([
      ['hidden', 'changed', 'sensitive', 'sensitive'],
      ['told', 'changed', 'value', 'value'],
      ['unknown', 'added', 'absent', 'unknown'],
    ]);
    expect(content.checks).toContainEqual(
      expect.objectContaining({ address: 'check.polite', status: 'fail', problems: ['say please'] }),
    );
  });
});

describe('a plan in the shape of OpenTofu', () => {
  it('is drawn alike', () => {
    const plan = readPlanJson(JSON.stringify(OF_OPENTOFU));
    const { content, applyable } = summarizePlan(plan as ShownPlan, { refreshOnly: false });
    expect(applyable).toBeNull();
    expect(content.complete).toBe(true);
    expect(content.notShown).toEqual([]);
    expect(drawn(content)).toEqual({
      destroy: ['null_resource.kept'],
      replace: ['null_resource.kept'],
      state: ['null_resource.left'],
    });
    expect(content.resources.find(({ deposed }) => deposed !== null)?.actions).toEqual(['delete']);
    const replaced = content.resources.filter(({ reason }) => reason !== null);
    expect(attributesOf(replaced[0] ?? { sensitiveChanges: [] })).toEqual([
      expect.objectContaining({ path: 'id', kind: 'changed', forces: false }),
      expect.objectContaining({ path: 'triggers.a', kind: 'changed', forces: true }),
    ]);
    expect(lossesOf(content)).toEqual({ destroys: 1, replaces: 1 });
  });
});
