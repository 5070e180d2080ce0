import { firstAnswer } from './first-answer.js';
import type { Address } from './first-answer.js';

const PROTOCOL_HEADER = Buffer.from('AMQP\0\0\x09\x01', 'latin1');

/** Whether these bytes begin a Connection.Start: method frame, channel 0, class 10, method 10. */
export function isConnectionStart(answer: Buffer): boolean {
  return (
    answer.length >= 11 &&
    answer[0] === 1 &&
    answer.readUInt16BE(1) === 0 &&
    answer.readUInt16BE(7) === 10 &&
    answer.readUInt16BE(9) === 10
  );
}

/** Begins the AMQP 0-9-1 handshake, as far as it needs no password; throws where no broker answers. */
export async function askAmqp(address: Address, timeoutMs: number): Promise<void> {
  if (!isConnectionStart(await firstAnswer(address, PROTOCOL_HEADER, timeoutMs))) {
    throw new Error('what answers there does not speak AMQP 0-9-1');
  }
}

/** Whether a broker answers on this port of our own machine by now. */
export async function speaksAmqp(port: number): Promise<boolean> {
  return askAmqp({ host: '127.0.0.1', port }, 2_000).then(
    () => true,
    () => false,
  );
}
