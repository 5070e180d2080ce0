import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryLimit } from '../support/memory-limit.js';
import { configurationWith, ProviderMirror } from '../support/provider-mirror.js';
import { SmallDisk } from '../support/small-disk.js';
import { failureOf, TerraformSlot } from '../support/terraform-slot.js';

/** Nothing listens there. */
const CLOSED = 'localhost:1';

const noDisk = SmallDisk.refusal();
const onSmallDisk = noDisk === null ? it : it.skip; // needs the right to mount: the test’s name says why not
const noDiskHere = noDisk === null ? '' : ` (skipped, since no disk of its own can be mounted: ${noDisk})`;
const noLimit = MemoryLimit.refusal();
const withLimit = noLimit === null ? it : it.skip; // needs a control group of its own: the name says why not
const noLimitHere = noLimit === null ? '' : ` (skipped, since memory cannot be limited here: ${noLimit})`;

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

describe('an init', () => {
  it('of a configuration that is no HCL fails for good, with the place', async () => {
    await slot.configure({ 'main.tf': '\nresource "fake_thing" "x" {\n' });

    expect(failureOf('init', await slot.init())).toMatchObject({
      code: 'TERRAFORM_CONFIGURATION_INVALID',
      class: 'permanent',
      message: expect.stringMatching(/^Unclosed configuration block \(main\.tf line 2\): /),
    });
  });

  it('whose mirror does not answer is worth another try', async () => {
    slot.cliConfigFile = join(slot.work, 'terraform.tfrc');
    const installation = `provider_installation {\n  network_mirror { url = "https://${CLOSED}/" }\n}\n`;
    await writeFile(slot.cliConfigFile, installation);
    await slot.configure({ 'main.tf': configurationWith('1.0.0') });

    expect(failureOf('init', await slot.init())).toMatchObject({
      code: 'TERRAFORM_REGISTRY_UNAVAILABLE',
      class: 'transient',
    });
  });

  it('whose registry does not answer is worth another try', async () => {
    slot.cliConfigFile = null;
    await slot.configure({
      'main.tf': configurationWith('1.0.0').replace('berth/fake', `${CLOSED}/berth/fake`),
    });

    expect(failureOf('init', await slot.init())).toMatchObject({
      code: 'TERRAFORM_REGISTRY_UNAVAILABLE',
      class: 'transient',
    });
  });

  onSmallDisk(`on a full disk is worth another try${noDiskHere}`, async () => {
    const disk = SmallDisk.mount('256k');
    try {
      slot.work = disk.path;
      await slot.configure({ 'main.tf': configurationWith('1.0.0') });

      expect(failureOf('init', await slot.init())).toMatchObject({
        code: 'TERRAFORM_DISK_FULL',
        class: 'transient',
      });
    } finally {
      disk.unmount();
    }
  });
});

describe('a plan', () => {
  it('whose state refuses to be read is worth another token', async () => {
    await slot.configure({ 'main.tf': 'output "o" { value = 1 }' });
    await slot.init();
    slot.server.passwords.clear();
    const planned = await slot.withBackend(async () =>
      slot.run(['plan', '-json', '-input=false', '-lock=false']),
    );

    expect(failureOf('plan', planned)).toMatchObject({
      code: 'TERRAFORM_STATE_UNAUTHORIZED',
      class: 'transient',
    });
  });

  withLimit(
    `that the kernel kills for want of memory is worth another try${noLimitHere}`,
    async () => {
      const million = 'setproduct(range(1024), range(1024))';
      await slot.configure({
        'main.tf': `output "o" {\n  value = length([for pair in ${million} : "\${pair[0]} of \${pair[1]}"])\n}\n`,
      });
      await slot.init();
      const limit = MemoryLimit.make(128);
      const command = limit.command(['plan', '-json', '-input=false', '-out=plan.bin']);
      const planned = await slot.withBackend(async () => slot.run([], { ...command, json: true }));
      const { kills } = limit;
      await limit.remove();

      expect(kills).toBe(1);
      expect(planned).toMatchObject({ exitCode: null, signal: 'SIGKILL', versionLineAt: expect.any(Date) });
      // The kernel counts a kill in the group and, in version 2, in those above it: the agent's may or may not be one.
      expect(failureOf('plan', planned)).toMatchObject({
        code: planned.outOfMemory ? 'TERRAFORM_OUT_OF_MEMORY' : 'TERRAFORM_KILLED',
        class: 'transient',
      });
    },
    60_000,
  );

  it('whose state a person has locked is worth another try, and does not take itself for the holder', async () => {
    await slot.configure({ 'main.tf': 'output "o" { value = 1 }' });
    slot.server.locks.set('/state', JSON.stringify({ ID: 'lock-1', Who: 'ada@laptop' }));
    const failure = failureOf('plan', await slot.plan());

    expect(failure).toMatchObject({
      code: 'TERRAFORM_STATE_LOCKED',
      class: 'transient',
      message: expect.stringMatching(
        /already locked: ID=lock-1\b.* Somebody else holds the lock of the state\.$/,
      ),
    });
    expect(`${failure.message} ${slot.log}`).not.toMatch(/Lock Info|Who:|OperationTypePlan/);
  });

  it('that was made for an earlier state is stale, and to be made again', async () => {
    await slot.configure({ 'main.tf': `${configurationWith('1.0.0')}resource "fake_thing" "x" {}\n` });
    await slot.plan();
    expect(await slot.apply()).toMatchObject({ exitCode: 0 });
    const again = await slot.apply();

    expect(again.firstApplyStartAt).toBeNull();
    expect(failureOf('apply', again)).toMatchObject({
      code: 'TERRAFORM_PLAN_STALE',
      class: 'permanent',
      message: expect.stringContaining('plan again'),
    });
  }, 60_000);
});
