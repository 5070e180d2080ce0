import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task } from '@berth/contracts';
import { tarGz, type ApiCaller } from '../support/api-caller.js';
import { entry, tar } from '../support/raw-tar.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

/** Of a process; one that its parent has not yet asked for is gone as well. */
async function stateOf(pid: string | undefined): Promise<string> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => ') Z');
  return /\) Z/.test(stat) ? 'gone' : 'there';
}

/** Builds whose steps Berth's own agents run, through the same queue and slots as terraform. */
describe('a build with steps', () => {
  let system: System;
  let api: ApiCaller;

  beforeAll(async () => {
    system = await System.start({ agents: 2 });
    api = system.api;
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  });

  const build = async (steps: object[], more: object = {}): Promise<Task> =>
    api.expect('POST', '/api/v1/tasks', { kind: 'build', steps, ...more });

  const failed = async (id: string): Promise<Task> =>
    waitFor(`task ${id} to fail`, async () => {
      const task = await api.read(id);
      return task.status === 'failed' ? task : null;
    });

  it('runs them in order in its source, and keeps what they leave', async () => {
    const source = await api.expect<{ id: string }>(
      'POST',
      '/api/v1/sources',
      await tarGz({ 'greet.sh': 'echo "hello $1"\n', 'sub/place': 'here\n' }),
      { 'content-type': 'application/gzip' },
    );
    const { id } = await build(
      [
        { name: 'greet', run: 'sh greet.sh "$WHO" | tee greeting.txt', environment: { WHO: 'Ada' } },
        { run: 'cat place; mkdir -p ../out/deep && cp place ../out/deep/copy', workingDirectory: 'sub' },
        { run: 'test -z "$BERTH_AGENT_TOKEN" && test "$CI" = true && test "$WHO" = ""' },
      ],
      { sourceId: source.id, artifacts: ['greeting.txt', 'out/**'], message: 'a build' },
    );
    const task = await api.reaches(id, 'succeeded');
    expect(task).toMatchObject({
      kind: 'build',
      phase: 'build',
      attempt: 1,
      workspaceId: null,
      platform: null,
    });
    expect(task.phases.build?.steps?.map(({ name }) => name)).toEqual([
      'prepare',
      'source',
      'greet',
      'step-2',
      'step-3',
      'artifacts',
    ]);
    const log = await api.log(id, 'build');
    expect(log).toContain('hello Ada\n');
    expect(log).toContain('here\n');
    const { items } = await api.expect<{ items: { id: string; path: string }[] }>(
      'GET',
      `/api/v1/tasks/${id}/artifacts`,
    );
    expect(items.map(({ path }) => path)).toEqual(['greeting.txt', 'out/deep/copy']);
    const artifact = await fetch(`${api.baseUrl}/api/v1/tasks/${id}/artifacts/${items[0]?.id ?? ''}`, {
      headers: { 'x-api-key': api.key },
    });
    expect(await artifact.text()).toBe('hello Ada\n');
    expect((await api.events(id)).map(({ event }) => event)).toEqual(
      expect.arrayContaining(['create', 'claim', 'accept', 'finish']),
    );
  });

  it('takes no source that no agent could unpack, and says which entry and why', async () => {
    const gzip = { 'content-type': 'application/gzip' };
    const refused = await api.call(
      'POST',
      '/api/v1/sources',
      gzipSync(tar([entry({ name: 'a', content: 'x' }), entry({ name: 'a/b', content: 'x' })])),
      gzip,
    );
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'ARCHIVE_NOT_UNPACKABLE', detail: expect.stringContaining('"a/b"') },
    });
    for (const bytes of [
      Buffer.from('no archive'),
      gzipSync(tar([])),
      (await tarGz({ a: 'x' })).subarray(0, 40),
    ]) {
      expect((await api.call('POST', '/api/v1/sources', bytes, gzip)).status).toBe(422);
    }
    const left = await system.database.database.rows(
      "select 1 from stored_objects where file_name = 'source.tar.gz' and state = 'whole'",
    );
    expect(left).toHaveLength(1);
  });

  it('fails for good with the step and its exit code, and is run again as a new build when asked', async () => {
    const { id } = await build([{ name: 'test', run: 'echo broken >&2; exit 3' }, { run: 'echo never' }]);
    const task = await failed(id);
    expect(task.error).toEqual({
      code: 'BUILD_STEP_FAILED',
      class: 'permanent',
      message: 'Step test ended with exit code 3; its log says why.',
    });
    expect(task.retries).toBe(0);
    const log = await api.log(id, 'build');
    expect(log).toContain('broken\n');
    expect(log).not.toContain('never\n');
    const again = await api.expect<Task>('POST', `/api/v1/tasks/${id}/retry`, {});
    expect(again).toMatchObject({ kind: 'build', status: 'pending' });
    expect((await failed(again.id)).error?.code).toBe('BUILD_STEP_FAILED');
  });

  it('ends a step at its time limit, with everything that it has begun', async () => {
    const { id } = await build([{ run: 'sleep 1000 & echo "child $!"; sleep 1000', timeoutSeconds: 1 }]);
    expect((await failed(id)).error?.code).toBe('BUILD_STEP_TIMED_OUT');
    const [, child] = /child (\d+)/.exec(await api.log(id, 'build')) ?? [];
    await waitFor('the child to be gone', async () => ((await stateOf(child)) === 'gone' ? true : null));
  });

  it('fails where a pattern of its artifacts names nothing', async () => {
    const { id } = await build([{ run: 'true' }], { artifacts: ['dist/*.tgz'] });
    expect((await failed(id)).error).toMatchObject({ code: 'ARTIFACT_MISSING', class: 'permanent' });
  });

  it('fails for good where the directory of a step is not there', async () => {
    const { id } = await build([{ run: 'true', workingDirectory: 'nowhere' }]);
    expect(await failed(id)).toMatchObject({
      retries: 0,
      error: { code: 'WORKING_DIRECTORY_MISSING', class: 'permanent' },
    });
  });

  it('is cancelled in the middle of a step', async () => {
    const { id } = await build([{ run: 'echo begun; sleep 1000' }]);
    await waitFor('the step to begin', async () =>
      (await api.log(id, 'build')).includes('begun\n') ? true : null,
    );
    await api.expect('POST', `/api/v1/tasks/${id}/cancel`, {});
    expect(await api.reaches(id, 'cancelled')).toMatchObject({ stopRequested: 'cancel' });
  });

  it('goes to another agent when its own is killed in the middle', async () => {
    const { id } = await build([
      { run: 'echo "on $BERTH_TASK_ATTEMPT"; test "$BERTH_TASK_ATTEMPT" = 2 || sleep 1000' },
    ]);
    const running = await waitFor('the build to run', async () => {
      const task = await api.read(id);
      return task.status === 'running' && (await api.log(id, 'build')).includes('on 1') ? task : null;
    });
    const agent = system.agents.find(({ name }) => name === running.agentId);
    await agent?.end('SIGKILL');
    const task = await api.reaches(id, 'succeeded');
    expect(task).toMatchObject({ attempt: 2, retries: 1 });
    expect(task.agentId).not.toBe(running.agentId);
    agent?.start();
    await agent?.ready();
  }, 120_000);

  it.each([
    [{ steps: [] }, 400, 'INVALID_REQUEST'],
    [{ steps: [{ run: 'x', workingDirectory: '../out' }] }, 400, 'INVALID_REQUEST'],
    [{ steps: [{ run: 'x' }], artifacts: ['/etc/*'] }, 400, 'INVALID_REQUEST'],
    [{ steps: [{ run: 'x' }], pool: 'nowhere' }, 422, 'UNKNOWN_POOL'],
    [{ steps: [{ run: 'x' }], sourceId: 'nothing' }, 422, 'UNKNOWN_SOURCE'],
    [{ steps: [{ run: 'x' }], workspaceId: 'w' }, 400, 'INVALID_REQUEST'],
  ])('is refused as %j', async (body, status, code) => {
    expect(await api.call('POST', '/api/v1/tasks', { kind: 'build', ...body })).toMatchObject({
      status,
      body: { code },
    });
  });
});
