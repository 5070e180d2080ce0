// Agents that plan nothing, alone in their process: crowd-process.js <options as JSON>
import { setTimeout as wait } from 'node:timers/promises';
import type { CrowdOptions } from './crowd.js';
import { accepted, sayPlanned, simulatedAgents } from './simulated-agents.js';

const { agents, slots, ...platform } = JSON.parse(process.argv[2] ?? '') as CrowdOptions;
let planMs = 0;
process.on('message', (ms: number) => {
  planMs = ms;
});
process.on('disconnect', () => {
  process.exit();
});
process.on('SIGTERM', () => {
  process.exit();
});
await simulatedAgents(platform, { count: agents, slots, name: 'crowd' }, async (agent, message) => {
  if (await accepted(agent, message)) {
    await wait(planMs * (0.5 + Math.random()));
    sayPlanned(agent, message, null);
  }
});
process.send?.('ready');
