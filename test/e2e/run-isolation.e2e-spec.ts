import { existsSync, readdirSync, readFileSync } from 'node:fs';
import {
  chmod,
  chown,
  copyFile,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Task } from '@berth/contracts';
import { findOrphans } from '../../apps/agent/src/processes/orphans.js';
import { findTerraform } from '../chaos/find-terraform.js';
import {
  hostileTries,
  TRIES_OF_NAMESPACES,
  triesOutOfSandboxes,
  tryingScript,
} from '../support/hostile-tries.js';
import { isolationLevels, letOthersPass, type TestedLevel } from '../support/isolation-levels.js';
import { configurationWith, ProviderMirror } from '../support/provider-mirror.js';
import type { ServiceProcess } from '../support/service-process.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const SECRET = 'a-secret-that-only-the-agent-has';
const PROCESSES = 300;
const DISK_MB = 96;
/** Nobody else on the machine sleeps for so long. */
const FORKED = ['sleep', '314159'];
const levels = await isolationLevels();

function forked(): string[] {
  const commands = readdirSync('/proc').map((name) => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  });
  return commands.filter((command) => command === `${FORKED.join('\0')}\0`);
}

for (const { name, lacks } of levels.filter((one) => one.lacks !== null)) {
  it.skip(`runs of an agent as ${name} (skipped: ${String(lacks)})`, () => undefined);
}

/** One system for all levels: each has its agent, while the others are not there. */
let system: System;
let workspaces = 0;

beforeAll(async () => {
  system = await System.start({ agents: 0 });
}, 120_000);

afterAll(async () => {
  await system.stop();
}, 60_000);

describe.each(levels.filter(({ lacks }) => lacks === null))(
  'runs of an agent as $name',
  (tested: TestedLevel) => {
    let agent: ServiceProcess;
    let mirror: ProviderMirror;
    /** The one place that runs share with the test. */
    let shared: string;
    let home: string;
    let workPaths: string;

    beforeAll(async () => {
      shared = await realpath(await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'shared-')));
      await chmod(shared, 0o777);
      mirror = new ProviderMirror();
      await mirror.open();
      await mirror.offer('1.0.0');
      await letOthersPass(dirname(mirror.cliConfigFile));
      workPaths = await workRoot();
      agent = await system.addAgent({
        user: tested.user,
        env: {
          PATH: `${await linkedTerraform()}:${tested.path}`,
          BERTH_RUN_ISOLATION: tested.level,
          BERTH_RUN_PROCESSES: String(PROCESSES),
          BERTH_SLOT_DISK_MB: String(DISK_MB),
          BERTH_AGENT_WORK_ROOT: workPaths,
          BERTH_RUN_READS: dirname(mirror.cliConfigFile),
          BERTH_RUN_WRITES: shared,
          BERTH_TERRAFORM_CLI_CONFIG: mirror.cliConfigFile,
          A_SECRET_OF_THE_AGENT: SECRET,
        },
      });
      home = join(dirname(system.apiService.logFile), agent.name);
    }, 300_000);

    afterAll(async () => {
      await agent.end('SIGTERM');
      await mirror.close();
      await rm(workPaths, { recursive: true, force: true });
    }, 60_000);

    /** Of the agent's user alone: an earlier one may have had the default. */
    async function workRoot(): Promise<string> {
      const folder = await mkdtemp(join('/tmp', 'berth-work-'));
      const { uid, gid } = tested.user ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
      await chown(folder, uid, gid);
      return folder;
    }

    /** A folder with a link to an engine that lies where the PATH does not lead. */
    async function linkedTerraform(): Promise<string> {
      const [folder, elsewhere] = await Promise.all(
        ['links-', 'engine-'].map(async (name) =>
          mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', name)),
        ),
      );
      await letOthersPass(String(folder), String(elsewhere));
      const engine = join(String(elsewhere), 'terraform-of-the-machine');
      await copyFile(findTerraform(), engine);
      await symlink(engine, join(String(folder), 'terraform'));
      return String(folder);
    }

    beforeEach(async () => {
      await Promise.all((await readdir(shared)).map(async (name) => rm(join(shared, name))));
    });

    const mark = async (name: string): Promise<string> =>
      readFile(join(shared, name), 'utf8').catch(() => '');
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
      const workspace = await system.api.workspace(`isolated-${(workspaces += 1)}`, files);
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
      expect(log).toMatch(/it works in \/tmp\/berth-work-\w+\/[0-9a-f-]{36}/);
      expect(log).toContain('fake_thing.one: Creation complete');
    }, 60_000);

    async function tries(): Promise<string> {
      const other = await planned('echo other', 'variable "given" { default = "x" }');
      const around = {
        secret: SECRET,
        pid: agent.pid,
        home,
        otherSlot: other.reservation?.slotId ?? 0,
        publicFile: system.apiService.logFile,
      };
      const all = {
        ...hostileTries(around),
        ...(tested.level === 'sandbox' ? triesOutOfSandboxes(around) : {}),
        ...(tested.level === 'sandbox' && tested.byRoot !== true ? TRIES_OF_NAMESPACES : {}),
      };
      waiting = other;
      return tryingScript(all);
    }
    let waiting: Task;

    it('reach nothing of the agent, of other slots and of the machine', async () => {
      const script = await tries();
      const own = 'if (echo x >> "$HOME/../plan/plan.tfplan") 2>/dev/null; then echo "reached: plan"; fi';
      const log = await applied(await planned(`${own}\n${script}`));
      expect(log.match(/reached: \w+/g) ?? []).toEqual([]);
      expect(log).toContain('all tried');
      expect(existsSync(join(home, 'providers', 'mine'))).toBe(false);
      expect(await applied(waiting)).toContain('skipping init and plan restore');
    }, 90_000);

    it('reach nothing of it in builds either', async () => {
      const { id } = await build(await tries());
      await system.api.reaches(id, 'succeeded');
      const log = await system.api.log(id, 'build');
      expect(log.match(/reached: \w+/g) ?? []).toEqual([]);
      expect(log).toContain('all tried');
      expect(await applied(waiting)).toContain('skipping init and plan restore');
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
      await agent.end('SIGKILL');
      agent.start();
      await agent.ready();
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
      await agent.end('SIGKILL');
      agent.start();
      await agent.ready();
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
      const workspace = await system.api.workspace(`broken-${(workspaces += 1)}`, { 'main.tf': main });
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
        `(setsid sh -c 'echo up > ${shared}/up; while :; do sleep 0.1; done' >/dev/null 2>&1 &) ; while [ ! -e ${shared}/up ]; do sleep 0.05; done; echo "done in $PWD"`,
      );
      await system.api.reaches(id, 'succeeded');
      expect(await system.api.log(id, 'build')).toContain(`done in ${home}`);
      expect(await findOrphans(home)).toEqual([]);
      const late = await build(`(setsid sleep 1000 &); ${SLOW(shared)}`, { timeoutSeconds: 1 });
      await waitFor('the build to fail', async () => (await system.api.read(late.id)).status === 'failed');
      expect((await system.api.read(late.id)).error).toMatchObject({ code: 'BUILD_STEP_TIMED_OUT' });
      expect(await findOrphans(home)).toEqual([]);
    }, 60_000);

    const failed = async (id: string): Promise<Task> =>
      waitFor('the run to fail', async () => {
        const task = await system.api.read(id);
        return task.status === 'failed' ? task : null;
      });

    /** Forks until it may not any more, and stays there. */
    const FORKS = `(while :; do ${FORKED.join(' ')} & done) 2>/dev/null || exec sleep 1000`;

    it('have only so many processes, and end when they want more', async () => {
      const { id } = await build(FORKS);
      let most = 0;
      const look = setInterval(() => {
        most = Math.max(most, forked().length);
      }, 50);
      const { error } = await failed(id).finally(() => {
        clearInterval(look);
      });
      expect(error).toMatchObject({
        code: 'RUN_PROCESS_LIMIT',
        class: 'permanent',
        message: expect.stringContaining('BERTH_RUN_PROCESSES'),
      });
      // What the agent has counted: a look of ours may come too late for most of them.
      const [, counted] = /^The run had (\d+) processes/.exec(error?.message ?? '') ?? [];
      expect(Number(counted)).toBeGreaterThan(PROCESSES / 2);
      expect(Number(counted)).toBeLessThan(PROCESSES * 1.5);
      expect(most).toBeLessThan(PROCESSES * 1.5);
      expect(await findOrphans(home)).toEqual([]);
    }, 90_000);

    it('fill their slot and no more of the disk, and keep the state of an apply', async () => {
      const task = await planned('dd if=/dev/zero of="$TMPDIR/fill" bs=1M count=400 2>/dev/null; sleep 1000');
      await confirm(task);
      const { error } = await failed(task.id);
      expect(error).toMatchObject({
        code: 'RUN_DISK_LIMIT',
        class: 'permanent',
        message: expect.stringMatching(/took \d+ MB .* 96 MB .*BERTH_SLOT_DISK_MB/),
      });
      const log = await system.api.log(task.id, 'apply');
      expect(log.match(/Interrupt received/g)).toHaveLength(1);
      const { id } = await build('dd if=/dev/zero of=fill bs=1M count=400 2>/dev/null; sleep 1000');
      expect((await failed(id)).error).toMatchObject({ code: 'RUN_DISK_LIMIT', class: 'permanent' });
      await waitFor('the end of all of it', async () => (await findOrphans(home)).length === 0);
    }, 120_000);

    it('leave nothing that cannot be removed, however deep and closed it is', async () => {
      const deep =
        'i=0; while [ $i -lt 500 ]; do mkdir deep-folder && cd -P deep-folder || exit 1; i=$((i+1)); done';
      const { id } = await build(`mkdir closed; touch closed/file; chmod 0 closed; ${deep}`);
      await system.api.reaches(id, 'succeeded');
      const slot = join(home, 'slots', String((await system.api.read(id)).slotId ?? 1));
      await waitFor('the slot to be empty', async () => !existsSync(slot), 30_000);
    }, 60_000);
  },
);
