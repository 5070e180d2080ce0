import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { System } from '../../support/system.js';
import { oneAgentSystem } from './one-agent-system.js';
import { waitFor } from '../../support/wait-for.js';

/** Asks for the state as a provisioner would that wants it. */
const ASK = `fetch(process.env.TF_HTTP_ADDRESS).then(async (a) => console.log('asked: ' + a.status + ' ' + (await a.text())))`;

const MAIN = `
resource "terraform_data" "one" {
  input = timestamp()
  provisioner "local-exec" {
    command = <<-EOT
      env | grep -c -E 'TF_HTTP_(USERNAME|PASSWORD|CLIENT)' | sed 's/^/credentials: /'
      env | grep -F 'bt1.' | sed 's/^/token: /'
      node -e "${ASK}"
    EOT
  }
}
output "one" { value = terraform_data.one.id }
`;

/** The pids of the doors that this agent has open. */
function doorsOf(agentPid: number | undefined): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      const isDoor = readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('door.process.js');
      return (
        isDoor &&
        readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(agentPid)
      );
    } catch {
      return false;
    }
  });
}

describe('the state of a run', () => {
  let system: System;

  beforeAll(async () => {
    system = await oneAgentSystem();
  }, 90_000);

  it('is read and saved by terraform, and by nothing that terraform starts', async () => {
    const workspace = await system.api.workspace('door', { 'main.tf': MAIN });
    const { id } = await system.api.task(workspace.id, 'plan_and_apply', { autoApply: true });
    await system.api.reaches(id, 'succeeded');
    const log = await system.api.log(id, 'apply');
    expect(log).toContain('credentials: 0');
    expect(log).not.toMatch(/local-exec\): token: /);
    expect(log).toContain('asked: 403 only terraform itself gets the state here');
    expect(log).toContain(
      'refused: a process that is not terraform itself asked for the state of this workspace',
    );
    const state = await system.api.expect<{ outputs: object }>(
      'GET',
      `/api/v1/workspaces/${workspace.id}/terraform-state`,
    );
    expect(Object.keys(state.outputs)).toEqual(['one']);
  }, 60_000);

  it('is saved through a door that was killed meanwhile, and opened again', async () => {
    const folder = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'door-'));
    const main = `
resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "echo begun > ${folder}/begun; while [ ! -e ${folder}/go ]; do sleep 0.05; done"
  }
}
output "slow" { value = terraform_data.slow.id }
`;
    const workspace = await system.api.workspace('door-killed', { 'main.tf': main });
    const { id } = await system.api.task(workspace.id, 'plan_and_apply', { autoApply: true });
    await waitFor('the apply to be in the middle', async () => existsSync(join(folder, 'begun')));
    const [door, ...others] = doorsOf(system.agents[0]?.pid);
    expect(others).toEqual([]);
    process.kill(Number(door), 'SIGKILL');
    await waitFor('another door', async () => {
      const [now] = doorsOf(system.agents[0]?.pid);
      return now !== undefined && now !== door;
    });
    await writeFile(join(folder, 'go'), '');
    await system.api.reaches(id, 'succeeded');
    const state = await system.api.expect<{ outputs: object }>(
      'GET',
      `/api/v1/workspaces/${workspace.id}/terraform-state`,
    );
    expect(Object.keys(state.outputs)).toEqual(['slow']);
  }, 60_000);

  it('of an earlier run is at the next one’s hand', async () => {
    const workspace = await system.api.workspace('door-again', {
      'main.tf': 'resource "terraform_data" "one" {}\n',
    });
    const first = await system.api.task(workspace.id, 'plan_and_apply', { autoApply: true });
    await system.api.reaches(first.id, 'succeeded');
    const second = await system.api.task(workspace.id, 'plan_and_apply');
    expect(await system.api.reaches(second.id, 'succeeded')).toMatchObject({ changes: { add: 0 } });
  }, 60_000);
});
