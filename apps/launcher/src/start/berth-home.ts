import { existsSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Every place under BERTH_HOME. */
export interface BerthHome {
  root: string;
  keys: string;
  lock: string;
  runtime: string;
  processes: string;
  postgres: string;
  rabbitmq: string;
  rabbitmqCache: string;
  logs: string;
  agents: string;
  storage: string;
}

/** Makes the folder and names what lies in it. One that somebody else has made and chosen keeps its mode. */
export async function openHome(root: string, defaultRoot: string): Promise<BerthHome> {
  const home: BerthHome = {
    root,
    keys: join(root, 'keys.json'),
    lock: join(root, 'lock.json'),
    runtime: join(root, 'runtime.json'),
    processes: join(root, 'processes.json'),
    postgres: join(root, 'postgres'),
    rabbitmq: join(root, 'rabbitmq'),
    rabbitmqCache: join(root, 'cache', 'rabbitmq'),
    logs: join(root, 'logs'),
    agents: join(root, 'agents'),
    storage: join(root, 'storage'),
  };
  const passable = process.getuid?.() === 0 ? 0o711 : 0o700;
  if (!existsSync(root) || root === defaultRoot) {
    await mkdir(root, { recursive: true });
    // As root, PostgreSQL runs under another account, which has to pass through here (and may do no more than that:
    // not list the folder, nor enter or read anything else in it).
    await chmod(root, passable);
  }
  for (const folder of [home.rabbitmq, home.rabbitmqCache, home.logs, home.agents, home.storage]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  // As root, runs have users of their own, which pass here on their way to their slots.
  await chmod(home.agents, passable);
  return home;
}
