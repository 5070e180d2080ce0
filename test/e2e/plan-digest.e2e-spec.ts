import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlanDocument, Task, TaskEvent, Workspace } from '@berth/contracts';
import { deriveKey } from '../../apps/api/src/secrets/cipher.js';
import { openDataKeys } from '../../apps/api/src/secrets/kept-keys.js';
import { KeyWrap } from '../../apps/api/src/secrets/key-wrap.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const SECRET = `
variable "secret" { sensitive = true }
variable "once" {
  default   = ""
  ephemeral = true
}
resource "terraform_data" "kept" { input = var.secret }
resource "terraform_data" "other" { input = "other" }
`;
const PLANTED = [
  'planted-secret-one',
  'planted-secret-two',
  'planted-env-one',
  'planted-env-two',
  'planted-once',
];

describe('a plan whose slot is lost', () => {
  const encryptionKey = randomBytes(32).toString('base64');
  let system: System;
  let broken: string;

  beforeAll(async () => {
    const folder = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'digest-'));
    broken = join(folder, 'broken');
    const path = process.env['PATH'] ?? '';
    const script = `#!/bin/sh
if [ "$1 $2" = 'show -json' ] && [ -e '${broken}' ]; then echo 'no plan today' >&2; exit 1; fi
PATH='${path}' exec terraform "$@"
`;
    await writeFile(join(folder, 'terraform'), script, { mode: 0o755 });
    system = await System.start({
      agents: 2,
      agentEnv: { PATH: `${folder}:${path}` },
      apiEnv: { BERTH_ENCRYPTION_KEY: encryptionKey },
      registryEnv: {
        BERTH_HEARTBEAT_INTERVAL_MS: '200',
        BERTH_AGENT_SUSPECT_AFTER_MS: '1000',
        BERTH_AGENT_LOST_AFTER_MS: '2000',
        BERTH_MASS_LOST_AFTER_MS: '2000',
      },
    });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  const variable = async (workspace: Workspace, key: string, value: object): Promise<unknown> =>
    system.api.expect('PUT', `/api/v1/workspaces/${workspace.id}/variables/${key}`, value);

  async function planned(workspace: Workspace): Promise<Task> {
    const { id } = await system.api.task(workspace.id, 'plan_and_apply');
    return system.api.reaches(id, 'apply_pending');
  }

  /** The agent with the plan dies, and comes back when another one has planned. */
  async function loseSlotOf(task: Task): Promise<Task> {
    const agent = system.agents.find(({ name }) => name === task.agentId);
    await agent?.end('SIGKILL');
    const again = await waitFor(
      'the plan in another slot',
      async () => {
        const read = await system.api.read(task.id);
        return read.status === 'apply_pending' && read.attempt > task.attempt ? read : null;
      },
      60_000,
    );
    agent?.start();
    await agent?.ready();
    return again;
  }

  async function planEvents(task: Task): Promise<TaskEvent[]> {
    return (await system.api.events(task.id)).filter(({ event }) => event === 'finish_plan');
  }

  it('is made again, and the timeline says whether it is identical or what differs; no secret shows', async () => {
    const workspace = await system.api.workspace('compared', { 'main.tf': SECRET });
    const sensitive = { category: 'terraform', sensitive: true };
    await variable(workspace, 'secret', { ...sensitive, value: PLANTED[0] });
    await variable(workspace, 'once', { ...sensitive, value: PLANTED[4] });
    await variable(workspace, 'TOKEN', { category: 'env', sensitive: true, value: PLANTED[2] });
    const first = await planned(workspace);
    expect(first).toMatchObject({ planIdentical: null, digestVersion: 1 });

    const second = await loseSlotOf(first);
    const { effectsDigest, contextDigest, inputsDigest, digestVersion, digestKeyId } = first;
    expect(second).toMatchObject({
      planIdentical: true,
      effectsDigest,
      contextDigest,
      inputsDigest,
      digestVersion,
      digestKeyId,
    });

    await variable(workspace, 'TOKEN', { category: 'env', sensitive: true, value: PLANTED[3] });
    const third = await loseSlotOf(second);
    expect(third).toMatchObject({ planIdentical: false, effectsDigest, contextDigest });

    await variable(workspace, 'secret', { ...sensitive, value: PLANTED[1] });
    const fourth = await loseSlotOf(third);
    expect(fourth.planIdentical).toBe(false);
    expect(fourth.effectsDigest).not.toBe(effectsDigest);

    const events = await planEvents(first);
    const summary = 'planned: 2 to add, 0 to change, 0 to destroy';
    expect(events.map(({ message }) => message)).toEqual([
      `${summary}; waits for confirmation`,
      `${summary}; identical to the plan before; waits for confirmation`,
      `${summary}; same changes, other settings: environment variable TOKEN; waits for confirmation`,
      `${summary}; other changes than before: changed terraform_data.kept; waits for confirmation`,
    ]);
    expect(events.at(-1)?.data).toMatchObject({
      effectsDigest: fourth.effectsDigest,
      comparison: { kind: 'different', entries: { added: [], gone: [], changed: ['terraform_data.kept'] } },
    });
    const plan = await system.api.expect<PlanDocument>('GET', `/api/v1/tasks/${first.id}/plan`);
    expect(plan).toMatchObject({
      hash: fourth.planHash,
      effectsDigest: fourth.effectsDigest,
      contextDigest: fourth.contextDigest,
      inputsDigest: fourth.inputsDigest,
      digestVersion: 1,
      digestKeyId,
    });

    const wraps = { present: new KeyWrap(encryptionKey), former: null };
    const { keys } = await openDataKeys(system.database.database, wraps);
    const key = deriveKey(keys.root, `plan digest ${workspace.id}`).toString('hex');
    const seen = await everythingThatIsSeen(fourth);
    expect(seen).toContain(fourth.inputsDigest);
    expect([...PLANTED, key].filter((hidden) => seen.includes(hidden))).toEqual([]);
    expect(await filesWith(key)).toEqual([]);
    // Where terraform reads it: the look into the homes finds what is there.
    expect(await filesWith(PLANTED[1] ?? '')).not.toEqual([]);
  }, 120_000);

  it('is never called identical where it has no digest, and the task goes on as without one', async () => {
    const workspace = await system.api.workspace('unshown', {
      'main.tf': 'resource "terraform_data" "x" {}\n',
    });
    const first = await planned(workspace);
    await writeFile(broken, '');
    const second = await loseSlotOf(first);
    await rm(broken);
    expect(second).toMatchObject({ planIdentical: false, effectsDigest: null, digestVersion: null });
    const [, event] = await planEvents(first);
    expect(event?.message).toContain('; cannot be compared with the plan before: this plan has no digest;');
    await system.api.expect('POST', `/api/v1/tasks/${first.id}/confirm`, { planHash: second.planHash });
    await system.api.reaches(first.id, 'succeeded');
  }, 60_000);

  async function everythingThatIsSeen(task: Task): Promise<string> {
    const { database } = system.database;
    const logs = await Promise.all(system.all.map(async (service) => service.log()));
    return JSON.stringify([
      task,
      logs,
      await system.api.log(task.id, 'plan'),
      await system.api.events(task.id),
      await system.api.expect('GET', `/api/v1/tasks/${task.id}/plan`),
      await database.rows('select * from plan_digests'),
      await database.rows('select * from task_events'),
      await database.rows('select document from plans'),
    ]);
  }

  /** Of the agents' homes. */
  async function filesWith(text: string): Promise<string[]> {
    const home = dirname(system.agents[0]?.logFile ?? '');
    const entries = await readdir(home, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const contents = await Promise.all(paths.map(async (path) => readFile(path, 'latin1').catch(() => '')));
    expect(paths.length).toBeGreaterThan(3);
    return paths.filter((_path, index) => contents[index]?.includes(text));
  }
});
