import { readdir, readFile, readlink } from 'node:fs/promises';

/** One end of a connection on this machine's loopback, as the other end has it. */
export interface LoopbackConnection {
  /** Of whoever has connected. */
  readonly clientPort: number;
  readonly serverPort: number;
}

/** 127.0.0.1, as /proc/net/tcp writes it. */
const LOOPBACK = '0100007F';
/** Fields of a line there (proc(5)): number, local address, remote address, state, … and the inode as the tenth. */
const INODE = 9;

/**
 * Whether the process itself, and none that it has started, has made this connection.
 * @throws where that cannot be told, as on systems without /proc
 */
export async function holdsConnection(pid: number, connection: LoopbackConnection): Promise<boolean> {
  const inode = await inodeOf(connection);
  if (inode === null) {
    return false;
  }
  const held = `socket:[${inode}]`;
  const descriptors = await readdir(`/proc/${pid}/fd`);
  const links = await Promise.all(
    // One that is closed meanwhile is not the one.
    descriptors.map(async (one) => readlink(`/proc/${pid}/fd/${one}`).catch(() => '')),
  );
  return links.includes(held);
}

async function inodeOf({ clientPort, serverPort }: LoopbackConnection): Promise<string | null> {
  const [local, remote] = [clientPort, serverPort].map((port) => `${LOOPBACK}:${hex(port)}`);
  const table = await readFile('/proc/net/tcp', 'utf8');
  for (const line of table.split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (fields[1] === local && fields[2] === remote) {
      return fields[INODE] ?? null;
    }
  }
  return null;
}

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}
