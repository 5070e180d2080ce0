import { beforeAll, describe, expect, it } from '@jest/globals';
import type { System } from '../../support/system.js';
import { oneAgentSystem } from './one-agent-system.js';

const MAIN = { 'main.tf': 'resource "terraform_data" "one" {}\n' };
const LOCK_FILE = '# the selections of before\n';

describe('the dependency lock file of a workspace', () => {
  let system: System;

  beforeAll(async () => {
    system = await oneAgentSystem();
  }, 120_000);

  async function planLog(workspaceId: string): Promise<string> {
    const task = await system.api.task(workspaceId, 'plan');
    await system.api.reaches(task.id, 'succeeded');
    return system.api.log(task.id, 'plan');
  }

  async function lockFiles(workspaceId: string): Promise<unknown[]> {
    return system.database.database.rows(
      `select p.lock_file as "lockFile" from plans p join tasks t on t.id = p.task_id
       where t.workspace_id = $1 order by p.created_at`,
      [workspaceId],
    );
  }

  it('is kept for a configuration that brings none along, and a configuration’s own comes first', async () => {
    const workspace = await system.api.workspace('kept', { ...MAIN, '.terraform.lock.hcl': LOCK_FILE });
    expect(await planLog(workspace.id)).not.toContain('lock file of the last plan');
    await system.api.upload(workspace.id, MAIN);
    expect(await planLog(workspace.id)).toContain('using the dependency lock file of the last plan');
    await system.api.upload(workspace.id, { ...MAIN, '.terraform.lock.hcl': '# its own\n' });
    expect(await planLog(workspace.id)).not.toContain('lock file of the last plan');
    expect(await lockFiles(workspace.id)).toEqual([
      { lockFile: LOCK_FILE },
      { lockFile: LOCK_FILE },
      { lockFile: '# its own\n' },
    ]);
  }, 90_000);

  it('is left out where init does not succeed with it', async () => {
    const workspace = await system.api.workspace('unfit', { ...MAIN, '.terraform.lock.hcl': LOCK_FILE });
    await planLog(workspace.id);
    await system.database.database.rows("update plans set lock_file = 'provider {' where lock_file = $1", [
      LOCK_FILE,
    ]);
    await system.api.upload(workspace.id, MAIN);
    expect(await planLog(workspace.id)).toContain('once more without it');
  }, 90_000);
});
