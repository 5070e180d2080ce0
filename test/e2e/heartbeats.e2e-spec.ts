import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const LOST_AFTER_MS = 2_000;
const BLOCKED_MS = 3 * LOST_AFTER_MS;
const BLOCK = pathToFileURL(resolve(import.meta.dirname, '../support/block-main-thread.mjs')).href;

describe('an agent whose main thread is blocked for longer than a silent agent has', () => {
  let system: System;
  /** The apply goes on until it is there. */
  let file: string;

  beforeAll(async () => {
    const folder = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'heartbeats-'));
    file = join(folder, 'go-on');
    system = await System.start({
      agents: 1,
      agentEnv: { NODE_OPTIONS: `--import=${BLOCK}`, BLOCK_MAIN_THREAD_MS: String(BLOCKED_MS) },
      registryEnv: {
        BERTH_HEARTBEAT_INTERVAL_MS: '200',
        BERTH_AGENT_SUSPECT_AFTER_MS: '1000',
        BERTH_AGENT_LOST_AFTER_MS: String(LOST_AFTER_MS),
      },
    });
  }, 90_000);

  afterAll(async () => {
    await writeFile(file, '');
    await system.stop();
  }, 60_000);

  async function agentRow(): Promise<{ status: string; lastHeartbeatAt: string }> {
    return system.api.expect('GET', '/api/v1/agents/agent-1');
  }

  it('is not lost: what it runs ends well, and the plan that it holds is applied warm', async () => {
    const held = await system.api.workspace('held', {
      'main.tf': 'resource "terraform_data" "one" {}\n',
    });
    const waiting = await system.api.task(held.id, 'plan_and_apply');
    await system.api.reaches(waiting.id, 'apply_pending');
    const busy = await system.api.workspace('busy', {
      'main.tf': `
resource "terraform_data" "waits" {
  provisioner "local-exec" {
    command = "echo begun; until [ -e ${file} ]; do sleep 0.1; done"
  }
}
`,
    });
    const apply = await system.api.task(busy.id, 'plan_and_apply', { autoApply: true });
    await waitFor('the apply to be in the middle of its work', async () =>
      (await system.api.log(apply.id, 'apply').catch(() => '')).includes('begun'),
    );
    const before = [await system.api.read(waiting.id), await system.api.read(apply.id)];

    const [agent] = system.agents;
    process.kill(agent!.pid, 'SIGUSR2');
    const wrote = (line: string) => async () => (await readFile(agent!.logFile, 'utf8')).includes(line);
    await waitFor('the main thread to be blocked', wrote('the main thread is blocked'));
    const blocked = await agentRow();
    const statuses = new Set<string>();
    await waitFor('the main thread to be free again', async () => {
      statuses.add((await agentRow()).status);
      return wrote('the main thread is free again')();
    });
    const free = await agentRow();

    expect([...statuses]).not.toContain('lost');
    expect(Date.parse(free.lastHeartbeatAt) - Date.parse(blocked.lastHeartbeatAt)).toBeGreaterThan(
      LOST_AFTER_MS,
    );
    const unchanged = before.map(({ id, status, attempt, retries, agentId, slotId }) => ({
      id,
      status,
      attempt,
      retries,
      agentId,
      slotId,
    }));
    expect([await system.api.read(waiting.id), await system.api.read(apply.id)]).toMatchObject(unchanged);

    await writeFile(file, '');
    await system.api.expect('POST', `/api/v1/tasks/${waiting.id}/confirm`);
    const [warm, ended] = await Promise.all([
      system.api.reaches(waiting.id, 'succeeded'),
      system.api.reaches(apply.id, 'succeeded'),
    ]);
    expect(warm).toMatchObject({ retries: 0, phases: { apply: { init: { skipped: true } } } });
    expect(ended).toMatchObject({ retries: 0, attempt: before[1]?.attempt });
    expect(await agentRow()).toMatchObject({ status: 'alive' });
  }, 90_000);
});
