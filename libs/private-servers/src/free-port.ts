import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range from which systems take the ports of outgoing connections (Linux from 32768, macOS from 49152):
// a port that is free now is then not taken by a client's connection before its server has come up.
const FIRST = 20_000;
const LAST = 29_999;
const TRIES = 200;

/** A port of 127.0.0.1 on which nobody listens. It is not held: who uses it must expect a rare collision. */
export async function freePort(): Promise<number> {
  for (let count = 0; count < TRIES; count += 1) {
    const port = randomInt(FIRST, LAST + 1);
    if (await isPortFree(port)) {
      return port;
    }
  }
  throw new Error(`no free port found between ${FIRST} and ${LAST} on 127.0.0.1`);
}

/** Whether a server could listen on this port of 127.0.0.1 now. */
export async function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}
