import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Task, Workspace } from '@berth/contracts';
import type { System } from '../../support/system.js';
import { oneAgentSystem } from './one-agent-system.js';

const KEPT = 'resource "terraform_data" "kept" { input = "precious" }';

/** Terraform refuses to plan where there is no configuration, and so must Berth, whose own file stands there. */
describe('a root module without a file that the engine reads', () => {
  let system: System;

  beforeAll(async () => {
    system = await oneAgentSystem();
  }, 90_000);

  async function withResources(name: string, more: object = {}): Promise<Workspace> {
    const workspace = await system.api.workspace(name, { 'main.tf': KEPT }, { autoApply: true, ...more });
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    await system.api.reaches(task.id, 'succeeded');
    return workspace;
  }

  async function resourcesOf(workspace: Workspace): Promise<readonly { address: string }[]> {
    const state = await system.api.expect<{ resources: { address: string }[] }>(
      'GET',
      `/api/v1/workspaces/${workspace.id}/state`,
    );
    return state.resources;
  }

  async function failed(workspace: Workspace, more: object = {}): Promise<Task> {
    const task = await system.api.task(workspace.id, 'plan_and_apply', more);
    return system.api.reaches(task.id, 'failed');
  }

  it('destroys nothing where an archive was packed with its folder, and names the folder to set', async () => {
    const workspace = await withResources('packed-with-folder');
    await system.api.upload(workspace.id, { 'repo-abc/main.tf': KEPT, 'repo-abc/README.md': '' });
    const { error, retries, changes } = await failed(workspace);
    expect(error).toMatchObject({ code: 'NO_CONFIGURATION_FILES', class: 'permanent' });
    expect(error?.message).toContain('set workingDirectory to "repo-abc"');
    expect(error?.message).toContain('repo-abc/');
    expect({ retries, changes }).toEqual({ retries: 0, changes: null });
    expect(await resourcesOf(workspace)).toMatchObject([{ address: 'terraform_data.kept' }]);
  });

  it('destroys nothing where the working directory holds other files only', async () => {
    const workspace = await withResources('docs-only');
    await system.api.upload(workspace.id, { 'main.tf': KEPT, 'docs/README.md': '' });
    await system.api.expect('PATCH', `/api/v1/workspaces/${workspace.id}`, { workingDirectory: 'docs' });
    const { error } = await failed(workspace);
    expect(error).toMatchObject({ code: 'NO_CONFIGURATION_FILES', class: 'permanent' });
    expect(error?.message).toContain('"docs"');
    expect(error?.message).toContain('README.md');
    expect(await resourcesOf(workspace)).toHaveLength(1);
  });

  it('destroys nothing where the files are OpenTofu’s and the engine is terraform', async () => {
    const workspace = await withResources('tofu-only');
    await system.api.upload(workspace.id, { 'main.tofu': KEPT });
    const { error } = await failed(workspace);
    expect(error).toMatchObject({ code: 'NO_CONFIGURATION_FILES', class: 'permanent' });
    expect(error?.message).toContain('opentofu');
    expect(await resourcesOf(workspace)).toHaveLength(1);
  });

  it('is no success without changes in a new workspace', async () => {
    const workspace = await system.api.workspace('new', { 'app/main.tf': KEPT });
    expect((await failed(workspace)).error?.code).toBe('NO_CONFIGURATION_FILES');
    expect((await failed(workspace, { refreshOnly: true })).error?.code).toBe('NO_CONFIGURATION_FILES');
  });

  it('that is not there is named with those that are', async () => {
    const workspace = await system.api.workspace(
      'missing',
      { 'app/main.tf': KEPT },
      { workingDirectory: 'infra' },
    );
    const { error } = await failed(workspace);
    expect(error).toMatchObject({ code: 'WORKING_DIRECTORY_MISSING', class: 'permanent' });
    expect(error?.message).toContain('set workingDirectory to "app"');
  });

  it('can still be destroyed from, as terraform allows it', async () => {
    const workspace = await withResources('destroyed');
    await system.api.upload(workspace.id, {
      'old/main.tf': KEPT,
      'README.md': 'nothing is wanted here any more',
    });
    const task = await system.api.task(workspace.id, 'destroy');
    expect(await system.api.reaches(task.id, 'succeeded')).toMatchObject({
      changes: { add: 0, change: 0, destroy: 1 },
    });
    expect(await resourcesOf(workspace)).toEqual([]);
  });
});
