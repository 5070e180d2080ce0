import { System } from '../../support/system.js';

let running: Promise<System> | undefined;

/** An api with all settings as they are by default, and no other service, which the stories here share. */
export async function apiAlone(): Promise<System> {
  running ??= System.start({ only: 'api' });
  return running;
}

export async function stopApiAlone(): Promise<void> {
  await (await running)?.stop();
}
