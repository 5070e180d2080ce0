import { firstAnswer } from './first-answer.js';
import type { Address } from './first-answer.js';

const PROTOCOL_3_0 = 196_608;
/** SQLSTATE cannot_connect_now: the server starts, stops or recovers. */
const CANNOT_CONNECT_NOW = '57P03';

export type PostgresAnswer = 'accepting' | 'not-yet';

/** The first message of a session: who wants to speak to which database. */
export function startupMessage(user: string, database: string): Buffer {
  const body = Buffer.from(`user\0${user}\0database\0${database}\0\0`, 'utf8');
  const message = Buffer.alloc(8 + body.length);
  message.writeInt32BE(message.length, 0);
  message.writeInt32BE(PROTOCOL_3_0, 4);
  body.copy(message, 8);
  return message;
}

/** What a server's first message means; undefined where it is not PostgreSQL that speaks. */
export function readAnswer(message: Buffer): PostgresAnswer | undefined {
  switch (String.fromCharCode(message[0] ?? 0)) {
    case 'R':
      return 'accepting';
    case 'E':
      // Any other complaint (no such user, TLS wanted, …) comes from a server that is up.
      return message.includes(`C${CANNOT_CONNECT_NOW}\0`) ? 'not-yet' : 'accepting';
    default:
      return undefined;
  }
}

/** Asks for a session as far as the password, which shows that sessions are taken and needs none. */
export async function askPostgres(
  address: Address,
  { user, database, timeoutMs }: { user: string; database: string; timeoutMs: number },
): Promise<PostgresAnswer> {
  const answer = readAnswer(await firstAnswer(address, startupMessage(user, database), timeoutMs));
  if (answer === undefined) {
    throw new Error('what answers there is not PostgreSQL');
  }
  return answer;
}
