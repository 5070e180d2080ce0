import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findTerraform } from '../chaos/find-terraform.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

/** Terraform reads the file that its plan has made again when it applies. */
const FILES = {
  'main.tf': `
resource "terraform_data" "built" {
  input = file("\${path.module}/build/code.txt")
}
output "built" { value = terraform_data.built.output }
`,
};

describe('a plan that is applied where it was not made', () => {
  let system: System;

  beforeAll(async () => {
    const folder = join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'restore');
    await mkdir(folder, { recursive: true });
    // A stand-in for a provider that makes files while it plans, as that of archives does.
    const script = `#!/bin/sh
if [ "$1" = plan ]; then mkdir -p build; echo "built for $BERTH_TASK_ID" > build/code.txt; fi
exec '${findTerraform()}' "$@"
`;
    await writeFile(join(folder, 'terraform'), script);
    await chmod(join(folder, 'terraform'), 0o755);
    system = await System.start({
      agents: 2,
      agentEnv: {
        PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
        BERTH_AGENT_WORK_ROOT: join(folder, 'work'),
      },
      registryEnv: {
        BERTH_HEARTBEAT_INTERVAL_MS: '200',
        BERTH_AGENT_SUSPECT_AFTER_MS: '1000',
        BERTH_AGENT_LOST_AFTER_MS: '3000',
      },
    });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  const built = async (workspaceId: string): Promise<unknown> =>
    (await system.api.expect<any>('GET', `/api/v1/workspaces/${workspaceId}/state`)).outputs.built.value;

  it('finds the files that the plan had made, and says so', async () => {
    const workspace = await system.api.workspace('later', FILES);
    const plan = await system.api.task(workspace.id, 'plan');
    await system.api.reaches(plan.id, 'succeeded');
    expect(await system.api.log(plan.id, 'plan')).toContain('Kept what the plan made in its work directory');
    const apply = await system.api.task(workspace.id, 'apply', { planTaskId: plan.id, autoApply: true });
    await system.api.reaches(apply.id, 'succeeded');
    expect(await built(workspace.id)).toBe(`built for ${plan.id}\n`);
  });

  it('keeps its confirmation when its slot is lost, where its workspace wants plans restored', async () => {
    const workspace = await system.api.workspace('restored', FILES, { onSlotLost: 'restore' });
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    const planned = await system.api.reaches(task.id, 'apply_pending');
    await system.agents.find(({ name }) => name === planned.agentId)?.end('SIGKILL');
    await waitFor('the loss', async () => (await system.api.read(task.id)).reservation === null);
    expect(await system.api.read(task.id)).toMatchObject({
      status: 'apply_pending',
      planHash: planned.planHash,
    });
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`, { planHash: planned.planHash });
    const applied = await system.api.reaches(task.id, 'succeeded');
    expect(applied.agentId).not.toBe(planned.agentId);
    expect(applied.phases.apply?.planRestore?.skipped).toBe(false);
    expect(await built(workspace.id)).toBe(`built for ${task.id}\n`);
  });
});
