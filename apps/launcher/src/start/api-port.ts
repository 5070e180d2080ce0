import { freePort, isPortFree } from '@berth/private-servers';

const PREFERRED = 8080;

/** The api's port: the one asked for, which then must be free, else 8080, else any. */
export async function apiPort(asked: string | undefined): Promise<number> {
  if (asked === undefined || asked === '') {
    return (await isPortFree(PREFERRED)) ? PREFERRED : freePort();
  }
  const port = Number(asked);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`BERTH_PORT must be a port number between 1 and 65535, and is "${asked}"`);
  }
  if (!(await isPortFree(port))) {
    throw new Error(`BERTH_PORT is ${port}, but this port of 127.0.0.1 is taken`);
  }
  return port;
}
