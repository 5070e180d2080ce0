import type { Workspace } from '@berth/contracts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { System } from '../../support/system.js';
import { oneAgentSystem } from './one-agent-system.js';

const CONFIGURATION = {
  'main.tf': `
variable "greeting" {
  default = "from the configuration"
}
variable "names" {
  type    = list(string)
  default = []
}
resource "terraform_data" "one" {
  input = join(" ", concat([var.greeting], var.names))
}
output "said" {
  value = terraform_data.one.output
}
`,
};

describe('variables that one task is given', () => {
  let system: System;
  let workspace: Workspace;

  beforeAll(async () => {
    system = await oneAgentSystem();
    workspace = await system.api.workspace('given', CONFIGURATION);
    await system.api.expect('PUT', '/api/v1/workspaces/given/variables/greeting', {
      value: 'from the workspace',
      category: 'terraform',
    });
  }, 90_000);

  async function applied(taskId: string): Promise<unknown> {
    await system.api.reaches(taskId, 'succeeded');
    const state = await system.api.expect<{ outputs: { said: { value: unknown } } }>(
      'GET',
      '/api/v1/workspaces/given/state',
    );
    return state.outputs.said.value;
  }

  it('stand in the place of the workspace’s, for this plan, its apply and its retry, and for no other', async () => {
    const variables = [
      { key: 'greeting', value: 's3cret greeting' },
      { key: 'names', value: '["ada", "zoe"]', hcl: true },
    ];
    const task = await system.api.task(workspace.id, 'plan_and_apply', { variables });
    expect(task.variables).toEqual(['greeting', 'names']);
    await system.api.reaches(task.id, 'apply_pending');
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`, {});
    expect(await applied(task.id)).toBe('s3cret greeting ada zoe');

    const next = await system.api.task(workspace.id, 'plan_and_apply', { autoApply: true });
    expect(next.variables).toEqual([]);
    expect(await applied(next.id)).toBe('from the workspace');

    const stopped = await system.api.task(workspace.id, 'plan_and_apply', { variables, autoApply: true });
    await system.api.expect('POST', `/api/v1/tasks/${stopped.id}/cancel`, {});
    await system.api.reaches(stopped.id, 'cancelled');
    const again = await system.api.expect<{ id: string; variables: string[] }>(
      'POST',
      `/api/v1/tasks/${stopped.id}/retry`,
      {},
    );
    expect(again.variables).toEqual(['greeting', 'names']);
    expect(await applied(again.id)).toBe('s3cret greeting ada zoe');
  }, 120_000);

  it('are read by nobody: the database holds them sealed', async () => {
    const rows = await system.database.database.rows<{ sealed: Buffer }>(
      'select sealed_variables as sealed from task_variables',
    );
    expect(rows).toHaveLength(3);
    expect(rows.every(({ sealed }) => !sealed.includes('s3cret'))).toBe(true);
  });

  it.each([
    [{ operation: 'plan', variables: [{ key: 'count', value: '1' }] }, 400, 'RESERVED_VARIABLE'],
    [{ operation: 'plan', variables: [{ key: 'a b', value: '1' }] }, 400, 'INVALID_REQUEST'],
    [{ operation: 'apply', planTaskId: 'x', variables: [{ key: 'a', value: '1' }] }, 400, 'INVALID_REQUEST'],
  ])('are refused where terraform could not take them: %j', async (body, status, code) => {
    const answer = await system.api.call('POST', '/api/v1/tasks', { workspaceId: workspace.id, ...body });
    expect(answer).toMatchObject({ status, body: { code } });
  });
});
