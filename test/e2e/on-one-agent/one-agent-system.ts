import { System } from '../../support/system.js';

let running: Promise<System> | undefined;

/** A system with one agent and all settings as they are by default, which the stories here share: they leave it as it was. */
export async function oneAgentSystem(): Promise<System> {
  running ??= System.start({ agents: 1 });
  return running;
}

export async function stopOneAgentSystem(): Promise<void> {
  await (await running)?.stop();
}
