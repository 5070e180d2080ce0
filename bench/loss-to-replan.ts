// How long it takes from the death of an agent to the next plan of the task that waited there for a person.
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Agent, Task } from '@berth/contracts';
import { findTerraform } from '../test/chaos/find-terraform.js';
import { DEFAULT_PACE } from '../test/chaos/pace.js';
import { World } from '../test/chaos/world.js';
import { ApiCaller } from '../test/support/api-caller.js';
import { waitFor } from '../test/support/wait-for.js';

const DEADLINE_MS = 120_000;
const LOOK_MS = 50;
const { values } = parseArgs({ options: { runs: { type: 'string', default: '10' } } });

interface Run {
  /** From the kill until the registry gave the task back, in seconds. */
  readonly declared: number;
  /** From the kill until the task waited for a person again, in seconds. */
  readonly replanned: number;
  readonly told: string;
}

async function measure(world: World, api: ApiCaller, workspaceId: string): Promise<Run> {
  const { id } = await api.task(workspaceId, 'plan_and_apply');
  const planned = await api.reaches(id, 'apply_pending');
  const agent = world.members.find(({ name }) => name === planned.agentId);
  if (agent === undefined) {
    throw new Error(`there is no ${String(planned.agentId)}`);
  }
  const killedAt = Date.now();
  await agent.down('SIGKILL');
  let again: Task = planned;
  while (again.status !== 'apply_pending' || again.agentId === planned.agentId) {
    if (Date.now() - killedAt > DEADLINE_MS) {
      throw new Error(`task ${id} is still ${again.status}`);
    }
    await wait(LOOK_MS);
    again = await api.read(id);
  }
  const replannedAt = Date.now();
  const given = (await api.events(id)).find(({ event }) => event === 'replan');
  await api.expect('POST', `/api/v1/tasks/${id}/discard`, {});
  agent.allowUp();
  await waitFor(
    `${agent.name} to be back`,
    async () => (await api.expect<Agent>('GET', `/api/v1/agents/${agent.name}`)).status === 'alive',
    DEADLINE_MS,
  );
  return {
    declared: (Date.parse(given?.at ?? '') - killedAt) / 1_000,
    replanned: (replannedAt - killedAt) / 1_000,
    told: given?.message ?? '',
  };
}

const world = await World.create({
  terraform: findTerraform(),
  crew: { api: 1, registry: 1, scheduler: 1, agent: 3 },
  pace: DEFAULT_PACE,
  tell: console.log,
});
try {
  const api = new ApiCaller(world.apiUrls[0] ?? '', world.apiKey);
  const { id } = await api.workspace('bench-loss', world.effects.configuration(0));
  const runs: Run[] = [];
  for (let n = 1; n <= Number(values.runs); n += 1) {
    const run = await measure(world, api, id);
    runs.push(run);
    console.log(
      `${String(n).padStart(3)}  declared lost after ${run.declared.toFixed(1)} s, waits again after ${run.replanned.toFixed(1)} s`,
    );
  }
  const sorted = runs.map(({ replanned }) => replanned).sort((a, b) => a - b);
  console.log(
    `loss to re-plan over ${runs.length} runs: least ${sorted[0]?.toFixed(1)} s, ` +
      `median ${sorted[Math.floor(sorted.length / 2)]?.toFixed(1)} s, most ${sorted.at(-1)?.toFixed(1)} s`,
  );
  console.log(`what the user reads: ${runs.at(-1)?.told ?? ''}`);
} finally {
  await world.stop();
}
