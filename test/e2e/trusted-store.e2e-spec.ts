import { chmod, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task } from '@berth/contracts';
import { packagesBelow } from '../../apps/agent/src/terraform/providers/provider-store.js';
import { filesBelow } from '../support/files-below.js';
import { configurationWith, ProviderMirror } from '../support/provider-mirror.js';
import { System } from '../support/system.js';

const FILES = {
  'main.tf': `${configurationWith('1.0.0')}
variable "word" { default = "a" }
resource "fake_thing" "one" { input = var.word }
`,
};

describe('a store of providers that is trusted', () => {
  let mirror: ProviderMirror;
  let system: System;

  beforeAll(async () => {
    mirror = new ProviderMirror();
    await mirror.open();
    await mirror.offer('1.0.0');
    system = await System.start({
      agents: 1,
      agentEnv: {
        BERTH_TERRAFORM_CLI_CONFIG: mirror.cliConfigFile,
        BERTH_TRUST_PROVIDER_STORE: 'true',
      },
    });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
    await mirror.close();
  }, 60_000);

  const home = (): string => join(dirname(system.apiService.logFile), 'agent-1');

  async function planned(workspaceId: string, operation = 'plan'): Promise<Task> {
    const { id } = await system.api.task(workspaceId, operation);
    return system.api.reaches(id, operation === 'plan' ? 'succeeded' : 'apply_pending');
  }

  /** The lock files of these plans, as they are kept, and whether terraform got them without their hashes. */
  async function locks(...taskIds: string[]): Promise<{ lock: string; without: boolean }[]> {
    return system.database.database.rows(
      'select lock_file as lock, lock_without_hashes as without from plans where task_id = any($1::uuid[])',
      [taskIds],
    );
  }

  it('lets its packages be read never again, in the plan and in a warm or cold apply of it', async () => {
    const { id } = await system.api.workspace('trusting', FILES);
    const warm = await planned(id, 'plan_and_apply');
    expect(await system.api.log(warm.id, 'plan')).toContain('terraform does not read them again');
    await system.api.expect('POST', `/api/v1/tasks/${warm.id}/confirm`);
    const applied = await system.api.reaches(warm.id, 'succeeded');
    expect(applied.phases.apply?.init).toMatchObject({ skipped: true });

    await system.api.expect('PUT', `/api/v1/workspaces/${id}/variables/word`, {
      value: 'cold',
      category: 'terraform',
    });
    const plan = await planned(id);
    expect(plan.phases.plan?.init).toMatchObject({ skipped: true });
    const cold = await system.api.task(id, 'apply', { planTaskId: plan.id, autoApply: true });
    await system.api.reaches(cold.id, 'succeeded');
    expect(await system.api.log(cold.id, 'apply')).not.toContain('plan hash verified, skipping');
    const kept = await locks(warm.id, plan.id);
    expect(kept).toHaveLength(2);
    expect(kept.every(({ lock, without }) => without && lock.includes('h1:'))).toBe(true);
  }, 90_000);

  it('is not trusted where a package was changed: the plan is applied with one that is fetched anew', async () => {
    const { id } = await system.api.workspace('betrayed', FILES);
    const task = await planned(id, 'plan_and_apply');
    const [found] = await packagesBelow(join(home(), 'providers'));
    const [file] = await filesBelow(found?.path ?? '', 'LICENSE.txt');
    if (file === undefined) {
      throw new Error('the store has no package');
    }
    await chmod(file, 0o600);
    await writeFile(file, 'changed');
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`);
    const applied = await system.api.reaches(task.id, 'succeeded');
    expect(applied.phases.apply?.init).toMatchObject({
      skipped: false,
      reason: 'a provider is not as init left it',
    });
    expect(await system.api.log(task.id, 'apply')).toContain('same providers … no (Provider ');
  }, 90_000);
});
