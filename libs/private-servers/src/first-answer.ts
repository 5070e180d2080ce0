import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface Address {
  host: string;
  port: number;
  /** Speak TLS from the first byte, as amqps does. */
  tls?: boolean;
  /** A Unix socket instead of host and port. */
  socketPath?: string;
}

/** Connects, says `greeting` and resolves with what comes back first; rejects when nothing does in time. */
export async function firstAnswer(address: Address, greeting: Buffer, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = open(address, () => socket.write(greeting));
    const deadline = setTimeout(() => {
      finish(() => {
        reject(new Error(`no answer within ${timeoutMs} ms`));
      });
    }, timeoutMs);
    const finish = (settle: () => void) => {
      clearTimeout(deadline);
      socket.destroy();
      settle();
    };
    socket.once('data', (data: Buffer) => {
      finish(() => {
        resolve(data);
      });
    });
    socket.on('error', (error) => {
      finish(() => {
        reject(error);
      });
    });
    socket.once('close', () => {
      finish(() => {
        reject(new Error('the connection was closed without an answer'));
      });
    });
  });
}

function open({ host, port, tls, socketPath }: Address, onConnect: () => void): Socket {
  if (socketPath !== undefined) {
    return connect({ path: socketPath }, onConnect);
  }
  return tls === true
    ? connectTls({ host, port, servername: host }, onConnect)
    : connect({ host, port }, onConnect);
}
