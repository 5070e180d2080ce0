import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findTerraform } from '../chaos/find-terraform.js';
import { ReleaseSite } from '../support/release-site.js';
import { System } from '../support/system.js';

/** No OpenTofu can be had without the internet: terraform stands in for it, under its name and with its version. */
function standInForTofu(version: string): string {
  return `#!/bin/sh
if [ "$1" = version ]; then echo '{"terraform_version":"${version}"}'; exit; fi
exec '${findTerraform()}' "$@"
`;
}

describe('a workspace of OpenTofu', () => {
  let site: ReleaseSite;
  let system: System;

  beforeAll(async () => {
    site = new ReleaseSite();
    await site.listen();
    const versions = ['1.8.0', '1.9.1', '1.10.0'];
    for (const version of versions) {
      await site.release('tofu', version, standInForTofu(version));
    }
    const index = { versions: versions.map((id) => ({ id })) };
    site.files.set('/api.json', Buffer.from(JSON.stringify(index)));
    system = await System.start({
      agents: 1,
      agentEnv: {
        BERTH_OPENTOFU_INDEX_URL: site.urls.opentofuIndex,
        BERTH_OPENTOFU_RELEASES_URL: site.urls.opentofuFiles,
      },
    });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
    await site.close();
  }, 60_000);

  it('plans and applies warm and cold with the version that its constraint chooses, installed once', async () => {
    const workspace = await system.api.workspace(
      'tofu',
      { 'main.tf': 'resource "terraform_data" "one" { input = "tofu" }\n' },
      { engine: 'opentofu', engineVersion: '~> 1.9.0' },
    );
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    const planned = await system.api.reaches(task.id, 'apply_pending');
    expect(planned.phases.plan?.engineVersion).toBe('1.9.1');
    expect(await system.api.log(task.id, 'plan')).toContain('opentofu 1.9.1 (installed by Berth)');
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`);
    const applied = await system.api.reaches(task.id, 'succeeded');
    expect(applied.phases.apply).toMatchObject({ init: { skipped: true }, engineVersion: '1.9.1' });

    const plan = await system.api.task(workspace.id, 'plan', { replace: ['terraform_data.one'] });
    await system.api.reaches(plan.id, 'succeeded');
    const cold = await system.api.task(workspace.id, 'apply', { planTaskId: plan.id, autoApply: true });
    await system.api.reaches(cold.id, 'succeeded');
    expect(site.requests.filter((path) => path.endsWith('.zip'))).toHaveLength(1);
  }, 90_000);

  it('whose version is released nowhere fails, and says which there are', async () => {
    const workspace = await system.api.workspace(
      'tofu-of-the-future',
      { 'main.tf': '' },
      { engine: 'opentofu', engineVersion: '2.0.0' },
    );
    const task = await system.api.task(workspace.id, 'plan');
    const failed = await system.api.reaches(task.id, 'failed');
    expect(failed.error).toMatchObject({ class: 'permanent' });
    expect(failed.error?.message).toContain('2.0.0');
  }, 60_000);
});
