import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Task } from '@berth/contracts';
import { findOrphans } from '../../apps/agent/src/processes/orphans.js';
import { findTerraform } from '../chaos/find-terraform.js';
import { pathForSandboxes } from '../support/bubblewrap.js';
import { configurationWith, ProviderMirror } from '../support/provider-mirror.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const found = await pathForSandboxes();
const here = typeof found === 'string' ? describe.skip : describe; // needs namespaces: the test’s name says why not
const why = typeof found === 'string' ? ` (skipped: ${found})` : '';
const SECRET = 'a-secret-that-only-the-agent-has';

here(`runs in sandboxes${why}`, () => {
  let system: System;
  let mirror: ProviderMirror;
  /** The one place that runs share with the test. */
  let shared: string;
  let home: string;
  let workspaces = 0;

  beforeAll(async () => {
    shared = await realpath(await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'shared-')));
    mirror = new ProviderMirror();
    await mirror.open();
    await mirror.offer('1.0.0');
    system = await System.start({
      agents: 1,
      agentEnv: {
        PATH: `${await linkedTerraform()}:${typeof found === 'string' ? '' : found.path}`,
        BERTH_RUN_ISOLATION: 'sandbox',
        BERTH_RUN_READS: dirname(mirror.cliConfigFile),
        BERTH_RUN_WRITES: shared,
        BERTH_TERRAFORM_CLI_CONFIG: mirror.cliConfigFile,
        A_SECRET_OF_THE_AGENT: SECRET,
      },
    });
    home = join(dirname(system.apiService.logFile), 'agent-1');
  }, 300_000);

  afterAll(async () => {
    await system.stop();
    await mirror.close();
  }, 60_000);

  /** A folder with a link to an engine that lies where the PATH does not lead. */
  async function linkedTerraform(): Promise<string> {
    const [folder, elsewhere] = await Promise.all(
      ['links-', 'engine-'].map(async (name) =>
        mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', name)),
      ),
    );
    const engine = join(String(elsewhere), 'terraform-of-the-machine');
    await copyFile(findTerraform(), engine);
    await symlink(engine, join(String(folder), 'terraform'));
    return String(folder);
  }

  beforeEach(async () => {
    await Promise.all((await readdir(shared)).map(async (name) => rm(join(shared, name))));
  });

  const mark = async (name: string): Promise<string> => readFile(join(shared, name), 'utf8').catch(() => '');
  const marked = async (name: string): Promise<string> =>
    waitFor(`the mark ${name}`, async () => (await mark(name)) || null, 30_000);

  /** Applies a script: what it prints stands in the log of the apply. */
  async function planned(script: string, more = ''): Promise<Task> {
    const main = `${more}
resource "terraform_data" "script" {
  input = path.cwd
  provisioner "local-exec" { command = "sh ./script.sh" }
}
`;
    const files = { 'main.tf': main, 'script.sh': script };
    const workspace = await system.api.workspace(`sandbox-${(workspaces += 1)}`, files);
    const { id } = await system.api.task(workspace.id, 'plan_and_apply');
    return system.api.reaches(id, 'apply_pending');
  }

  const confirm = async ({ id, planHash }: Task): Promise<unknown> =>
    system.api.expect('POST', `/api/v1/tasks/${id}/confirm`, { planHash });

  async function applied(task: Task): Promise<string> {
    await confirm(task);
    await system.api.reaches(task.id, 'succeeded');
    return system.api.log(task.id, 'apply');
  }

  it('are planned and applied warm as without one, with providers of the store', async () => {
    const fake = `${configurationWith('1.0.0')}\nresource "fake_thing" "one" { input = "x" }\n`;
    const task = await planned('echo "it works in $PWD"', fake);
    const log = await applied(task);
    expect(log).toContain('skipping init and plan restore');
    expect(log).toMatch(/it works in \/tmp\/berth-work-\d+\/[0-9a-f-]{36}/);
    expect(log).toContain('fake_thing.one: Creation complete');
  }, 60_000);

  it('reach nothing of the agent, of other slots and of the machine', async () => {
    const other = await planned('echo other');
    const agent = String(system.agents[0]?.pid);
    const tries = {
      environment: `cat /proc/*/environ | tr '\\0' '\\n' | grep -q '${SECRET}'`,
      processes: `test -e /proc/${agent}`,
      signal: `kill -0 ${agent}`,
      home: `ls '${home}/agent-id' || ls '${home}/slots/${String(other.reservation?.slotId)}/work'`,
      manifest: 'cat "$HOME/../manifest.json"',
      outputs: 'ls "$HOME/../outputs"',
      plan: 'echo x >> "$HOME/../plan/plan.tfplan" || rm -f "$HOME/../plan/plan.tfplan"',
      store: `touch '${home}/providers/mine' && test -e '${home}/providers/mine'`,
      shadow: 'cat /etc/shadow',
      temporary: `ls '${dirname(system.apiService.logFile)}'/api.log`,
      programs: 'touch /usr/bin/mine',
      mount: 'mount -t tmpfs none /mnt',
      root: 'touch /mine',
      namespaces: 'unshare -Ur true',
    };
    const script = Object.entries(tries)
      .map(([name, attempt]) => `if (${attempt}) >/dev/null 2>&1; then echo "reached: ${name}"; fi`)
      .join('\n');
    const log = await applied(await planned(`${script}\necho 'all tried'`));
    expect(log.match(/reached: \w+/g) ?? []).toEqual([]);
    expect(log).toContain('all tried');
    expect(existsSync(join(home, 'providers', 'mine'))).toBe(false);
    await applied(other);
  }, 90_000);

  it('see what is theirs, and leave no process behind', async () => {
    const task = await planned(
      `(setsid sh -c 'echo up > ${shared}/up; while :; do sleep 0.1; done' >/dev/null 2>&1 &) ; while [ ! -e ${shared}/up ]; do sleep 0.05; done; df / >/dev/null; getent hosts localhost >/dev/null && echo "knows its host"; echo kept > "$TMPDIR/file" && cat "$TMPDIR/file" && touch /tmp/other`,
    );
    const log = await applied(task);
    expect(log).toContain('knows its host');
    expect(log).toContain('kept');
    expect(await findOrphans(home)).toEqual([]);
  }, 60_000);

  const SLOW = (folder: string): string =>
    `echo begun > ${folder}/begun; while [ ! -e ${folder}/go ]; do sleep 0.05; done`;

  async function begun(): Promise<Task> {
    const task = await planned(SLOW(shared));
    await confirm(task);
    await marked('begun');
    return task;
  }

  it('are interrupted once when they are cancelled, and keep their state', async () => {
    const task = await begun();
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/cancel`);
    await system.api.reaches(task.id, 'cancelled');
    const log = await system.api.log(task.id, 'apply');
    expect(log.match(/Interrupt received/g)).toHaveLength(1);
    expect(log).not.toContain('Two interrupts received');
    expect(await findOrphans(home)).toEqual([]);
  }, 60_000);

  it('are killed by a force-cancel, all of them', async () => {
    const task = await begun();
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/cancel`);
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/force-cancel`);
    await system.api.reaches(task.id, 'cancelled');
    await waitFor('the end of all of it', async () => (await findOrphans(home)).length === 0);
  }, 60_000);

  it('outlive their agent in an apply, which is gone on with when that is back', async () => {
    const task = await begun();
    await system.agents[0]?.end('SIGKILL');
    system.agents[0]?.start();
    await system.agents[0]?.ready();
    expect(await system.api.read(task.id)).toMatchObject({ status: 'applying' });
    await writeFile(join(shared, 'go'), '');
    await system.api.reaches(task.id, 'succeeded');
    expect(await system.api.log(task.id, 'apply')).toContain(
      'the agent was restarted while terraform was applying',
    );
    await waitFor('the end of all of it', async () => (await findOrphans(home)).length === 0);
  }, 60_000);

  it('can be cancelled by whoever goes on with them', async () => {
    const task = await begun();
    await system.agents[0]?.end('SIGKILL');
    system.agents[0]?.start();
    await system.agents[0]?.ready();
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/cancel`);
    await system.api.reaches(task.id, 'cancelled');
    expect((await system.api.log(task.id, 'apply')).match(/Interrupt received/g)).toHaveLength(1);
    await waitFor('the end of all of it', async () => (await findOrphans(home)).length === 0);
  }, 60_000);

  it('make their agent follow no link out of their slot', async () => {
    const log = await applied(
      await planned(`ln -s '${shared}/state' errored.tfstate; echo '{}' > '${shared}/state'`),
    );
    expect(log).toContain('removed errored.tfstate, which was no file');
    expect(await mark('state')).toBe('{}\n');
    const { id } = await system.api.expect<Task>('POST', '/api/v1/tasks', {
      kind: 'build',
      steps: [{ run: `ln -s '${home}' out; echo own > own.txt` }],
      artifacts: ['out/*'],
    });
    await waitFor('the build to fail', async () => (await system.api.read(id)).status === 'failed');
    expect((await system.api.read(id)).error).toMatchObject({ code: 'ARTIFACT_MISSING' });
  }, 60_000);

  it('fail as without one where what they run fails', async () => {
    const main = 'resource "terraform_data" "x" {\n  input = nothing.here\n}\n';
    const workspace = await system.api.workspace('broken', { 'main.tf': main });
    const { id } = await system.api.task(workspace.id, 'plan');
    expect((await system.api.reaches(id, 'failed')).error).toMatchObject({
      code: 'TERRAFORM_CONFIGURATION_INVALID',
      class: 'permanent',
    });
    const { id: buildId } = await build('echo "too bad"; exit 1');
    expect((await system.api.reaches(buildId, 'failed')).error).toMatchObject({
      code: 'BUILD_STEP_FAILED',
      message: expect.stringContaining('with exit code 1'),
    });
  }, 60_000);

  const build = async (run: string, more: object = {}): Promise<Task> =>
    system.api.expect('POST', '/api/v1/tasks', { kind: 'build', steps: [{ run, ...more }] });

  it('hold builds, which end at their time limit with all that they have begun', async () => {
    const { id } = await build(
      `test ! -e '${home}/agent-id' && test ! -e /proc/${String(system.agents[0]?.pid)} && echo "alone in $PWD"`,
    );
    await system.api.reaches(id, 'succeeded');
    expect(await system.api.log(id, 'build')).toContain(`alone in ${home}`);
    const late = await build(`(setsid sleep 1000 &); ${SLOW(shared)}`, { timeoutSeconds: 1 });
    await waitFor('the build to fail', async () => (await system.api.read(late.id)).status === 'failed');
    expect((await system.api.read(late.id)).error).toMatchObject({ code: 'BUILD_STEP_TIMED_OUT' });
    expect(await findOrphans(home)).toEqual([]);
  }, 60_000);
});
