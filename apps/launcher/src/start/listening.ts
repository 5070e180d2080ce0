import { readFile, readdir, readlink } from 'node:fs/promises';

const LISTEN = '0A';

/**
 * Whether it is this process that listens on the port, and not another which was quicker. Where the system does not
 * tell (it is not Linux, or hides it), the answer is yes.
 */
export async function listensOn(pid: number, port: number): Promise<boolean> {
  const sockets = new Set<string>();
  for (const table of ['tcp', 'tcp6']) {
    const text = await readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => '');
    for (const inode of listeningInodes(text, port)) {
      sockets.add(`socket:[${inode}]`);
    }
  }
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => undefined);
  if (sockets.size === 0 || descriptors === undefined) {
    return true;
  }
  for (const descriptor of descriptors) {
    if (sockets.has(await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => ''))) {
      return true;
    }
  }
  return false;
}

/** The sockets that listen on a port, in the system's table of TCP sockets: local address, state and inode of each. */
export function listeningInodes(table: string, port: number): string[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hexPort}`) === true && fields[3] === LISTEN)
    .map((fields) => fields[9] ?? '');
}
