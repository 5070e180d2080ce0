import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task, Workspace } from '@berth/contracts';
import { GitHost } from '../support/git-host.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const TOKEN = 'the-token-that-nobody-may-see';
const PASSWORD_HEADER = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');

/** A configuration that says which push it is of. */
const saying = (text: string): Record<string, string> => ({
  'main.tf': `resource "terraform_data" "text" { input = "${text}" }
output "text" { value = terraform_data.text.output }
`,
});
const below = (path: string, files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${path}/${name}`, content]));

describe('a workspace with a git source', () => {
  let system: System;
  let host: GitHost;

  beforeAll(async () => {
    const home = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'git-host-'));
    host = await GitHost.start(join(home, 'repositories'));
    system = await System.start({
      agents: 2,
      registryEnv: {
        BERTH_HEARTBEAT_INTERVAL_MS: '200',
        BERTH_AGENT_SUSPECT_AFTER_MS: '1000',
        BERTH_AGENT_LOST_AFTER_MS: '3000',
      },
    });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
    await host.stop();
  }, 60_000);

  async function workspace(name: string, git: object = {}, more: object = {}): Promise<Workspace> {
    return system.api.expect('POST', '/api/v1/workspaces', {
      name,
      engine: 'terraform',
      git: { url: host.url(name), ...git },
      ...more,
    });
  }

  const patch = async ({ id }: Workspace, git: object | null): Promise<Workspace> =>
    system.api.expect('PATCH', `/api/v1/workspaces/${id}`, { git });

  async function planned({ id }: Workspace): Promise<Task> {
    const task = await system.api.task(id, 'plan_and_apply');
    return system.api.reaches(task.id, 'apply_pending');
  }

  async function confirm({ id, planHash }: Task): Promise<Task> {
    await system.api.expect('POST', `/api/v1/tasks/${id}/confirm`, { planHash });
    return system.api.reaches(id, 'succeeded');
  }

  async function failed(workspaceId: string): Promise<Task> {
    const task = await system.api.task(workspaceId, 'plan');
    return system.api.reaches(task.id, 'failed');
  }

  const applied = async ({ id }: Workspace): Promise<unknown> =>
    (await system.api.expect<any>('GET', `/api/v1/workspaces/${id}/state`)).outputs.text.value;

  const commitOf = ({ source }: Task): string | null => (source?.kind === 'git' ? source.commit : null);

  /** The process that holds its plan ends without a word; another one takes its place afterwards. */
  async function loseAgentOf(task: Task): Promise<void> {
    const agent = system.agents.find(({ name }) => name === task.agentId);
    await agent?.end('SIGKILL');
    await waitFor('the loss', async () => (await system.api.read(task.id)).agentId !== task.agentId);
    agent?.start();
    await agent?.ready();
  }

  it('plans and applies a directory of a branch, and the task names the commit', async () => {
    await host.push('network', { files: saying('of main') });
    const files = below('stacks/network', saying('of the release'));
    const commit = await host.push('network', { files, branch: 'release/1.4', message: 'Say it' });
    const git = { branch: 'release/1.4', path: 'stacks/network' };
    const created = await workspace('network', git);
    expect(created.git).toEqual({ url: host.url('network'), ...git, hasToken: false });

    const queued = await system.api.task(created.id, 'plan_and_apply');
    const source = { kind: 'git', url: host.url('network'), ...git };
    expect(queued).toMatchObject({ configurationId: null, source: { ...source, commit: null } });
    const waiting = await system.api.reaches(queued.id, 'apply_pending');
    expect(waiting.source).toEqual({ ...source, commit });
    expect(waiting.configurationId).not.toBeNull();
    const steps = waiting.phases.plan?.steps?.map(({ name }) => name) ?? [];
    expect(steps.indexOf('configuration') - steps.indexOf('fetch_source')).toBe(1);

    const log = await system.api.log(queued.id, 'plan');
    expect(log).toContain(`Fetching ${host.url('network')}, branch release/1.4, path stacks/network`);
    expect(log).toContain(`commit ${commit.slice(0, 12)}: Say it`);
    expect(log).toMatch(/Storing 1 files \(\d+\.\d kB\)/);
    expect(await system.api.events(queued.id)).toContainEqual(
      expect.objectContaining({ event: 'fetch', message: `the configuration is commit ${commit}` }),
    );

    const done = await confirm(waiting);
    expect(done.phases.apply?.init?.skipped).toBe(true);
    expect(await applied(created)).toBe('of the release');
  });

  it('plans the same commit again when a slot is lost, whatever was pushed; a new task takes the new one', async () => {
    const first = await host.push('replanned', { files: saying('first') });
    const created = await workspace('replanned');
    const task = await planned(created);
    const second = await host.push('replanned', { files: saying('second') });
    await loseAgentOf(task);
    const again = await system.api.reaches(task.id, 'apply_pending');
    expect(commitOf(again)).toBe(first);
    expect(again).toMatchObject({ planIdentical: true, configurationId: task.configurationId });
    await confirm(again);
    expect(await applied(created)).toBe('first');

    const next = await planned(created);
    expect(commitOf(next)).toBe(second);
    await confirm(next);
    expect(await applied(created)).toBe('second');
  }, 90_000);

  it('applies the planned commit in another slot without asking the host again', async () => {
    const commit = await host.push('restored', { files: saying('planned') });
    const created = await workspace('restored', {}, { onSlotLost: 'restore' });
    const task = await planned(created);
    await host.push('restored', { files: saying('pushed later') });
    await loseAgentOf(task);
    const asked = host.requests.length;
    const done = await confirm(task);
    expect(done.phases.apply?.planRestore?.skipped).toBe(false);
    expect(commitOf(done)).toBe(commit);
    expect(await applied(created)).toBe('planned');
    expect(host.requests).toHaveLength(asked);
    expect(await system.api.log(task.id, 'apply')).toContain(`(commit ${commit.slice(0, 12)})`);
  }, 90_000);

  it('that is changed changes no task that is queued already', async () => {
    await host.push('queued', { files: saying('main') });
    await host.push('queued', { files: saying('other'), branch: 'other' });
    const created = await workspace('queued');
    const first = await planned(created);
    const second = await system.api.task(created.id, 'plan_and_apply');
    expect((await patch(created, { url: host.url('queued'), branch: 'other' })).git?.branch).toBe('other');
    await host.push('queued', { files: saying('main, later') });
    await confirm(first);
    await confirm(await system.api.reaches(second.id, 'apply_pending'));
    expect(await applied(created)).toBe('main, later');
    await confirm(await planned(created));
    expect(await applied(created)).toBe('other');
  });

  it('stands beside uploads: one that is named is run, and without git they are run as before', async () => {
    await host.push('both', { files: saying('git') });
    const created = await workspace('both');
    const upload = await system.api.upload(created.id, saying('upload'));
    const fetched = await planned(created);
    expect(fetched.source?.kind).toBe('git');
    await confirm(fetched);
    expect(await system.api.expect('GET', `/api/v1/workspaces/${created.id}`)).toMatchObject({
      currentConfigurationId: upload.id,
    });
    const named = await system.api.task(created.id, 'plan_and_apply', { configurationId: upload.id });
    expect(named).toMatchObject({ source: { kind: 'upload' }, configurationId: upload.id });
    await confirm(await system.api.reaches(named.id, 'apply_pending'));
    expect(await applied(created)).toBe('upload');
    expect((await patch(created, null)).git).toBeNull();
    expect((await system.api.task(created.id, 'plan')).source).toEqual({ kind: 'upload' });
  });

  it('stores the same commit once, for a plan and for its apply as a task of its own, too', async () => {
    const commit = await host.push('plans', { files: saying('plans') });
    const created = await workspace('plans');
    const plan = await system.api.task(created.id, 'plan');
    const { configurationId } = await system.api.reaches(plan.id, 'succeeded');
    const apply = await system.api.task(created.id, 'apply', { planTaskId: plan.id });
    expect(commitOf(apply)).toBe(commit);
    expect((await system.api.reaches(apply.id, 'succeeded')).configurationId).toBe(configurationId);
    const second = await system.api.task(created.id, 'plan');
    expect((await system.api.reaches(second.id, 'succeeded')).configurationId).toBe(configurationId);
  });

  it('is retried with the commit that failed; a new task takes what mends it', async () => {
    const broken = await host.push('broken', { files: { 'main.tf': 'resource "terraform_data" {\n' } });
    const created = await workspace('broken');
    const first = await failed(created.id);
    expect(commitOf(first)).toBe(broken);
    const mended = await host.push('broken', { files: saying('mended') });
    const retry = await system.api.expect<Task>('POST', `/api/v1/tasks/${first.id}/retry`);
    expect(commitOf(retry)).toBe(broken);
    await system.api.reaches(retry.id, 'failed');
    expect(commitOf(await planned(created))).toBe(mended);
  });

  it('opens a private repository with its token, which is shown nowhere', async () => {
    await host.push('private', { files: saying('private') });
    host.tokens.set('private', TOKEN);
    const created = await workspace('private', { token: TOKEN });
    expect(created.git?.hasToken).toBe(true);
    const task = await planned(created);
    await confirm(task);
    expect(await applied(created)).toBe('private');

    const path = `/api/v1/tasks/${task.id}`;
    const shown = await Promise.all([
      system.api.call('GET', `/api/v1/workspaces/${created.id}`),
      system.api.call('GET', '/api/v1/workspaces'),
      system.api.call('GET', path),
      system.api.call('GET', `${path}/events`),
      system.api.call('GET', `${path}/plan`),
      system.api.call('GET', `${path}/logs?phase=plan`),
      system.api.call('GET', `${path}/logs?phase=apply`),
    ]);
    const logs = await Promise.all(system.all.map(async ({ logFile }) => readFile(logFile, 'utf8')));
    const [row] = await system.database.database.rows<{ workspace: string; task: string }>(
      `select w::text as workspace, t::text as task from workspaces w join tasks t on t.workspace_id = w.id
       where t.id = $1`,
      [task.id],
    );
    for (const text of [JSON.stringify(shown.map(({ body }) => body)), ...logs, JSON.stringify(row)]) {
      expect(text).not.toContain(TOKEN);
      expect(text).not.toContain(PASSWORD_HEADER);
    }
  });

  it('does not give a queued task the token of another host', async () => {
    await host.push('moved', { files: saying('moved') });
    host.tokens.set('moved', TOKEN);
    const created = await workspace('moved', { token: TOKEN });
    const first = await planned(created);
    const second = await system.api.task(created.id, 'plan_and_apply');
    await patch(created, { url: 'https://elsewhere.example/x.git', token: TOKEN });
    const asked = host.requests.length;
    await confirm(first);
    expect((await system.api.reaches(second.id, 'failed')).error?.code).toBe('GIT_UNAUTHORIZED');
    expect(host.requests.slice(asked).map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it.each<[string, object, object]>([
    ['GIT_UNAUTHORIZED', {}, { token: 'a-wrong-one' }],
    ['GIT_NOT_FOUND', {}, { url: 'nothing' }],
    ['GIT_BRANCH_NOT_FOUND', {}, { branch: 'nothing' }],
    ['GIT_PATH_MISSING', {}, { path: 'nothing' }],
    ['ARCHIVE_ESCAPES_ROOT', { links: { 'out.tf': '../../../etc/passwd' } }, {}],
    ['ARCHIVE_EMPTY', { files: { 'README.md': 'nothing for terraform' } }, {}],
  ])('fails a task for good with %s, and says what to do', async (code, push, git) => {
    const name = code.toLowerCase();
    await host.push(name, { files: saying('never'), ...push });
    host.tokens.set('git_unauthorized', TOKEN);
    const url = 'url' in git ? { url: host.url('nothing') } : {};
    const task = await failed((await workspace(name, { ...git, ...url })).id);
    expect(task).toMatchObject({ retries: 0, error: { code, class: 'permanent' } });
    expect(task.error?.message).not.toMatch(/agent\/v1|a-wrong-one/);
    expect(await system.api.log(task.id, 'plan')).toContain(`Failed: ${String(task.error?.message)}`);
  });

  it('is tried again when its host answers 503, and costs a retry', async () => {
    await host.push('busy', { files: saying('busy') });
    const created = await workspace('busy');
    host.faults.push(503);
    const task = await planned(created);
    expect(task).toMatchObject({ retries: 1, error: null });
    expect(await system.api.log(task.id, 'plan')).toContain('The requested URL returned error: 503');
  });

  it('can be cancelled while its host says nothing', async () => {
    await host.push('silent', { files: saying('silent') });
    const created = await workspace('silent');
    host.faults.push('hang');
    const asked = host.requests.length;
    const task = await system.api.task(created.id, 'plan');
    await waitFor('the request that hangs', async () => host.requests.length > asked);
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/cancel`);
    expect((await system.api.reaches(task.id, 'cancelled')).configurationId).toBeNull();
  });

  it('gets 400 that names the field, and never the secret', async () => {
    const answer = await system.api.call('POST', '/api/v1/workspaces', {
      name: 'refused',
      engine: 'terraform',
      git: { url: `https://user:${TOKEN}@git.example/infra.git`, branch: '-b', path: '../x' },
    });
    const errors = ['git.url', 'git.branch', 'git.path'].map((field) => ({ field }));
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', errors } });
    expect(answer.body.detail).toContain('give them as "token"');
    expect(JSON.stringify(answer.body)).not.toContain(TOKEN);
  });
});
