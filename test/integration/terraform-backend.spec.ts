import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { unzipBinary } from '../../apps/agent/src/engines/unzip-binary.js';
import { classifyFailure } from '../../apps/agent/src/terraform/failure-classes.js';
import { TerraformSlot } from '../support/terraform-slot.js';

const data = 'resource "terraform_data" "x" { input = 1 }\n';
const local = 'terraform {\n backend "local" { path = "evil.tfstate" }\n}\n';
const cloud = 'terraform {\n cloud {\n organization = "o"\n workspaces { name = "w" }\n }\n}\n';
const s3 = 'terraform {\n backend "s3" {\n bucket = "b"\n key = "k"\n region = "r"\n }\n}\n';
const elsewhere =
  'terraform {\n backend "http" {\n address = "http://127.0.0.1:1/"\n password = "p"\n }\n}\n';

let slot: TerraformSlot;

beforeEach(async () => {
  slot = new TerraformSlot();
  await slot.open();
});
afterEach(async () => {
  await slot.close();
});

describe('the backend of a run', () => {
  it.each<[string, Record<string, string>]>([
    ['no backend', { 'main.tf': data }],
    ['an s3 backend', { 'main.tf': data + s3 }],
    ['a cloud block', { 'main.tf': data + cloud }],
    ['an http backend elsewhere', { 'main.tf': data + elsewhere }],
    ['a local backend in a later override', { 'main.tf': data, 'zz_override.tf': local }],
    [
      'a local backend in the last possible override',
      {
        'main.tf': data,
        '~~~_override.tf.json': '{"terraform":{"backend":{"local":{"path":"evil.tfstate"}}}}',
      },
    ],
    ['a cloud block in a later override', { 'main.tf': data, '~x_override.tf': cloud }],
  ])('is Berth for a configuration with %s', async (_what, files) => {
    await slot.configure(files);
    expect(await slot.plan()).toMatchObject({ exitCode: 0 });
    expect(await slot.apply()).toMatchObject({ exitCode: 0, appliedResources: 1 });

    expect(slot.state.resources).toHaveLength(1);
    expect(existsSync(join(slot.work, 'evil.tfstate'))).toBe(false);
  });

  it.each([
    ['no backend', ''],
    ['a cloud block', cloud],
    ['an s3 backend', s3],
  ])(
    'leaves what a configuration with %s reads of its own folder as it is in the repository',
    async (_what, own) => {
      await slot.configure({
        'main.tf': `${own}
        locals { files = sort(fileset(path.module, "*")) }
        resource "terraform_data" "folder" {
          input = sha256(join("", [for name in local.files : filesha256(name)]))
        }
        output "files" { value = local.files }`,
        'code.py': 'print(1)',
      });
      await slot.plan();
      const { content } = await slot.show();
      expect(content.outputs).toMatchObject([{ name: 'files', after: ['code.py', 'main.tf'] }]);
      expect(await slot.apply()).toMatchObject({ exitCode: 0, appliedResources: 1 });
      expect(slot.state.resources).toHaveLength(1);
    },
  );

  it('takes another token at the apply than at the plan, and keeps neither in a file', async () => {
    await slot.configure({ 'main.tf': data });
    await slot.plan();
    slot.server.passwords.clear();
    slot.server.passwords.add('token-of-the-apply');
    const refused = await slot.apply();
    expect(classifyFailure({ ...refused, step: 'apply', stderr: '' })).toMatchObject({
      code: 'TERRAFORM_STATE_UNAUTHORIZED',
      class: 'permanent',
    });

    slot.token = 'token-of-the-apply';
    expect(await slot.apply()).toMatchObject({ exitCode: 0, appliedResources: 1 });
    expect(slot.server.requests.at(-1)).toMatchObject({ method: 'UNLOCK', password: 'token-of-the-apply' });

    const kept = await readFile(join(slot.work, '.terraform/terraform.tfstate'), 'utf8');
    const config = { address: null, username: null, password: null, lock_address: null };
    expect(JSON.parse(kept)).toMatchObject({ backend: { type: 'http', config } });
    for (const part of [
      'tfplan',
      'tfstate',
      'tfstate-prev',
      'tfconfig/modules.json',
      '.terraform.lock.hcl',
    ]) {
      expect(await partOfThePlan(part)).not.toMatch(/token-of-the|127\.0\.0\.1/);
    }
  });
});

describe('a state', () => {
  beforeEach(async () => {
    await slot.configure({ 'main.tf': data });
    await slot.plan();
  });

  it('that somebody else has locked is worth another try', async () => {
    slot.server.locks.set('/state', JSON.stringify({ ID: 'other', Who: 'somebody' }));
    const locked = await slot.apply();

    expect(classifyFailure({ ...locked, step: 'apply', stderr: '', applyStarted: false })).toMatchObject({
      code: 'TERRAFORM_STATE_LOCKED',
      class: 'transient',
    });
  });

  it('that cannot be written is left in errored.tfstate', async () => {
    slot.server.faults.set('POST', 403);
    const unsaved = await slot.apply();

    expect(classifyFailure({ ...unsaved, step: 'apply', stderr: '' }).code).toBe('TERRAFORM_STATE_NOT_SAVED');
    expect(existsSync(join(slot.work, 'errored.tfstate'))).toBe(true);
    expect(unsaved.emergencyState).toBeNull();
  });

  it('that can be written nowhere at all is handed over, and not to the log', async () => {
    slot.server.faults.set('POST', 403);
    // A directory in its place: terraform cannot write the file, even as root.
    await mkdir(join(slot.work, 'errored.tfstate'));
    const unsaved = await slot.apply();

    expect(JSON.parse(unsaved.emergencyState as string)).toMatchObject({
      version: 4,
      resources: [{ name: 'x' }],
    });
    expect(slot.log).not.toContain('"lineage"');
    expect(classifyFailure({ ...unsaved, step: 'apply', stderr: '' }).code).toBe('TERRAFORM_STATE_NOT_SAVED');
  });
});

/** A plan file is a zip. */
async function partOfThePlan(name: string): Promise<string> {
  const target = join(slot.work, 'part');
  await unzipBinary(slot.planFile, name, target, 1_000_000);
  const content = await readFile(target, 'latin1');
  await rm(target);
  return content;
}
