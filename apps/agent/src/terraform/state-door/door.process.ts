import { existsSync } from 'node:fs';
import type { FromDoor, ToDoor } from './door-messages.js';
import { DoorServer } from './door-server.js';

/**
 * The door to states, as a process of its own: an apply outlives its agent, and so does its way to its state. Without its
 * agent it lets in whose terraform lives, and ends with the last of them.
 */
const AGENTLESS_LOOK_MS = 500;

let requests = 0;
const reading = new Map<number, () => void>();

const say = (message: FromDoor): void => {
  if (process.connected) {
    // An agent that dies in this moment is told of by `disconnect`; without somebody who hears it, the error would end us.
    process.send?.(message, undefined, undefined, () => undefined);
  }
};

const door = new DoorServer({
  refused: (path) => {
    say({ kind: 'refused', path });
  },
  beforeRead: async (path) => {
    requests += 1;
    const request = requests;
    await new Promise<void>((resolve) => {
      reading.set(request, resolve);
      say({ kind: 'before_read', path, request });
      if (!process.connected) {
        resolve();
      }
    });
    reading.delete(request);
  },
  warn: (text) => {
    say({ kind: 'log', text });
  },
});

process.on('message', (message: ToDoor) => {
  switch (message.kind) {
    case 'admit':
      door.admit(message.entry);
      break;
    case 'remove':
      door.remove(message.path);
      break;
    case 'read':
      reading.get(message.request)?.();
      break;
  }
});

process.on('disconnect', goOnAlone);
process.on('error', () => undefined);
// A terminal's Ctrl-C is its agent's to act on.
process.on('SIGINT', () => undefined);

function goOnAlone(): void {
  for (const goOn of reading.values()) {
    goOn();
  }
  setInterval(endWithTheLast, AGENTLESS_LOOK_MS);
  endWithTheLast();
}

function endWithTheLast(): void {
  for (const { path, pid } of door.admitted) {
    if (pid === null || !existsSync(`/proc/${pid}`)) {
      door.remove(path);
    }
  }
  if (door.admitted.length === 0) {
    process.exit(0);
  }
}

if (!process.connected) {
  // It died while we were loaded, and nobody was there yet to hear of it.
  goOnAlone();
}
say({ kind: 'open', port: await door.listen(Number(process.argv[2] ?? 0)) });
