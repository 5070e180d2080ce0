import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Task } from '@berth/contracts';
import { filesBelow } from '../../support/files-below.js';
import type { System } from '../../support/system.js';
import { oneAgentSystem } from './one-agent-system.js';

const RESOURCE =
  '\nvariable "word" { default = "a" }\nresource "terraform_data" "one" { input = var.word }\n';

describe('an init that this agent has done before', () => {
  let system: System;

  beforeAll(async () => {
    system = await oneAgentSystem();
  }, 90_000);

  const home = (): string => join(dirname(system.apiService.logFile), 'agent-1');

  async function planned(workspaceId: string, operation = 'plan'): Promise<Task> {
    const { id } = await system.api.task(workspaceId, operation);
    return system.api.reaches(id, operation === 'plan' ? 'succeeded' : 'apply_pending');
  }

  async function set(workspaceId: string, value: string): Promise<void> {
    await system.api.expect('PUT', `/api/v1/workspaces/${workspaceId}/variables/word`, {
      value,
      category: 'terraform',
    });
  }

  it('is skipped in another slot, until something that it depends on is another', async () => {
    const files = {
      'main.tf': `${RESOURCE}module "own" {\n  source = "./own"\n}\n`,
      'own/main.tf': 'output "word" { value = "of the module" }\n',
    };
    const { id } = await system.api.workspace('reused', files);
    const first = await planned(id, 'plan_and_apply');
    expect(first.phases.plan?.init).toMatchObject({ skipped: false });

    await set(id, 'b');
    const second = await planned(id);
    expect(second.slotId).not.toBe(first.slotId);
    expect(second.phases.plan?.init).toMatchObject({
      skipped: true,
      reason: 'an equal init on this agent was reused',
    });
    expect(await system.api.log(second.id, 'plan')).toContain('taking that, skipping init');

    await system.api.upload(id, { ...files, 'more.tf': 'output "more" { value = 1 }\n' });
    const third = await planned(id);
    expect(third.phases.plan?.init).toMatchObject({ skipped: false });

    const other = await system.api.workspace('another', files);
    expect((await planned(other.id)).phases.plan?.init).toMatchObject({ skipped: false });
  }, 90_000);

  it('is done after all where what it left is not enough', async () => {
    const { id } = await system.api.workspace('damaged', {
      'main.tf': `${RESOURCE}module "own" {\n  source = "./own"\n}\n`,
      'own/main.tf': '',
    });
    await planned(id);
    for (const path of await filesBelow(join(home(), 'inits'), 'modules.json')) {
      await writeFile(path, '{"Modules":[]}');
    }
    const second = await planned(id);
    expect(second.phases.plan?.init).toMatchObject({ skipped: false });
    expect(await system.api.log(second.id, 'plan')).toContain('the reused init was not enough');
    expect((await planned(id)).phases.plan?.init).toMatchObject({ skipped: true });
  }, 90_000);
});
