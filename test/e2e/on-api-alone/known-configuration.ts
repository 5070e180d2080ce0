import type { Configuration, Installation, Workspace } from '@berth/contracts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { System } from '../../support/system.js';
import { apiAlone } from './api-alone.js';

const FIRST = { 'main.tf': 'output "one" {\n  value = 1\n}\n' };
const SECOND = { 'main.tf': 'output "two" {\n  value = 2\n}\n' };

describe('a configuration that is asked for by its digest', () => {
  let system: System;
  let workspace: Workspace;
  let first: Configuration;

  beforeAll(async () => {
    system = await apiAlone();
    workspace = await system.api.expect<Workspace>('POST', '/api/v1/workspaces', {
      name: 'known',
      engine: 'terraform',
    });
  }, 90_000);

  async function reuse(idOrName: string, sha256: string) {
    return system.api.call('POST', `/api/v1/workspaces/${idOrName}/configurations/reuse`, { sha256 });
  }

  async function current(idOrName: string): Promise<string | null> {
    const read = await system.api.expect<Workspace>('GET', `/api/v1/workspaces/${idOrName}`);
    return read.currentConfigurationId;
  }

  it('is the newest one again, without its bytes', async () => {
    first = (await system.api.upload(workspace.id, FIRST)) as Configuration;
    const second = await system.api.upload(workspace.id, SECOND);
    expect(await current('known')).toBe(second.id);

    const answer = await reuse('known', first.sha256);
    expect(answer).toMatchObject({ status: 200, body: first });
    expect(await current('known')).toBe(first.id);
  });

  it('has to be uploaded where the workspace has never had it', async () => {
    const answer = await reuse('known', '0'.repeat(64));
    expect(answer).toMatchObject({ status: 404, body: { code: 'UNKNOWN_CONTENT' } });
    expect(await current('known')).toBe(first.id);
  });

  it('is unknown in another workspace, for a digest is no key', async () => {
    const other = await system.api.expect<Workspace>('POST', '/api/v1/workspaces', {
      name: 'other',
      engine: 'terraform',
    });
    const answer = await reuse('other', first.sha256);
    expect(answer).toMatchObject({ status: 404, body: { code: 'UNKNOWN_CONTENT' } });
    expect(await current(other.id)).toBeNull();
  });

  it('is not what an agent has fetched from git, which is a commit and no upload', async () => {
    await system.database.database.rows(
      `update configurations set git_url = 'https://git.test/x', git_path = '', git_commit = 'c0ffee' where id = $1`,
      [first.id],
    );
    expect(await reuse('known', first.sha256)).toMatchObject({ status: 404 });
  });

  it('is packed within limits that the installation tells', async () => {
    const installation = await system.api.expect<Installation>('GET', '/api/v1/installation');
    expect(installation.limits).toEqual({
      configurationBytes: 50 * 1024 * 1024,
      unpackedBytes: 500_000_000,
      entries: 50_000,
    });
    expect(Math.abs(Date.parse(installation.now) - Date.now())).toBeLessThan(5_000);
  });
});
