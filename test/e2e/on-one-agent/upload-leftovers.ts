import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Workspace } from '@berth/contracts';
import type { System } from '../../support/system.js';
import { oneAgentSystem } from './one-agent-system.js';

const MAIN = 'resource "terraform_data" "one" { input = 1 }\n';
const EMPTY = JSON.stringify({ version: 4, serial: 3, lineage: 'laptop', outputs: {}, resources: [] });
const FULL = JSON.stringify({
  version: 4,
  serial: 7,
  lineage: 'laptop',
  outputs: {},
  resources: [{ mode: 'managed', type: 'terraform_data', name: 'one', provider: 'p', instances: [] }],
});
const OTHER_BACKEND = JSON.stringify({
  version: 3,
  backend: { type: 's3', config: { bucket: 'b', key: 'k', region: 'r' }, hash: 1 },
});
/** As macOS packs what a file has beside its content. */
const APPLE_DOUBLE = '\u0000\u0005\u0016\u0007\u0000\u0002\u0000\u0000Mac OS X        ';

describe('what an upload brings along from a laptop', () => {
  let system: System;

  beforeAll(async () => {
    system = await oneAgentSystem();
  }, 90_000);

  async function planLog(workspace: Workspace): Promise<string> {
    const task = await system.api.task(workspace.id, 'plan');
    await system.api.reaches(task.id, 'succeeded');
    return system.api.log(task.id, 'plan');
  }

  it('is put aside where it is an empty state, and the log says so', async () => {
    const workspace = await system.api.workspace('empty-state', {
      'main.tf': MAIN,
      'terraform.tfstate': EMPTY,
      'terraform.tfstate.backup': FULL,
      'terraform.tfstate.d/dev/terraform.tfstate': EMPTY,
    });
    expect(await planLog(workspace)).toContain(
      'put aside: terraform.tfstate, terraform.tfstate.backup, terraform.tfstate.d',
    );
  });

  it('is left out where it is a .terraform of another backend, also below', async () => {
    const workspace = await system.api.workspace(
      'other-backend',
      { 'infra/main.tf': MAIN, 'infra/.terraform/terraform.tfstate': OTHER_BACKEND },
      { workingDirectory: 'infra' },
    );
    expect(await planLog(workspace)).toContain('left out of the configuration: infra/.terraform');
  });

  it.each(['terraform.tfstate', 'terraform.tfstate.d/prod/terraform.tfstate'])(
    'stops the run at once where %s holds resources and the workspace has no state',
    async (path) => {
      const name = `local-state-${path.length}`;
      const workspace = await system.api.workspace(
        name,
        { 'infra/main.tf': MAIN, [`infra/${path}`]: FULL },
        { workingDirectory: 'infra' },
      );
      const task = await system.api.task(workspace.id, 'plan_and_apply');
      const { error, retries } = await system.api.reaches(task.id, 'failed');
      expect(error).toMatchObject({ code: 'LOCAL_STATE_WITH_RESOURCES', class: 'permanent' });
      expect(error?.message).toContain(`POST /api/v1/workspaces/${name}/state-versions`);
      expect(retries).toBe(0);
      expect(await system.api.log(task.id, 'plan')).not.toContain('terraform init');
    },
  );

  it('is put aside where the workspace has a state of its own', async () => {
    const workspace = await system.api.workspace('has-state', { 'main.tf': MAIN }, { autoApply: true });
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    await system.api.reaches(task.id, 'succeeded');
    await system.api.upload(workspace.id, { 'main.tf': MAIN, 'terraform.tfstate': FULL });
    const log = await planLog(workspace);
    expect(log).toContain('put aside: terraform.tfstate');
    expect(log).toContain('No changes.');
  });

  it('is left out where macOS has added it, and only there', async () => {
    const workspace = await system.api.workspace('from-macos', {
      'main.tf': `${MAIN}output "hidden" { value = fileset(path.module, "._*") }\n`,
      '._main.tf': APPLE_DOUBLE,
      '._prod.auto.tfvars': APPLE_DOUBLE,
      'modules/a/._main.tf': APPLE_DOUBLE,
      '._own': 'a file of the configuration',
    });
    const log = await planLog(workspace);
    expect(log).toContain('left out of the configuration: 3 "._" files');
    expect(log).toContain('"._own"');
    expect(log).not.toContain('"._main.tf"');
  });
});
