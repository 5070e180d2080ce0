import { describe, expect, it } from '@jest/globals';
import { readAnswer, startupMessage } from './postgres-answer.js';

describe("PostgreSQL's first answer", () => {
  it('is asked for by a startup message of protocol 3.0 with its own length', () => {
    const message = startupMessage('berth', 'berth');

    expect(message.readInt32BE(0)).toBe(message.length);
    expect(message.readInt32BE(4)).toBe(0x0003_0000);
    expect(message.subarray(8).toString()).toBe('user\0berth\0database\0berth\0\0');
  });

  it('means that sessions are taken when it asks for a password', () => {
    expect(readAnswer(Buffer.from('R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0'))).toBe('accepting');
  });

  it('means not yet while the server starts up or recovers', () => {
    const error = 'E\0\0\0\0SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0';

    expect(readAnswer(Buffer.from(error))).toBe('not-yet');
  });

  it('means that the server is up when it complains about something else', () => {
    expect(readAnswer(Buffer.from('E\0\0\0\0SFATAL\0C28000\0Mno pg_hba.conf entry\0\0'))).toBe('accepting');
  });

  it('is no answer of PostgreSQL when it begins otherwise', () => {
    expect(readAnswer(Buffer.from('HTTP/1.1 400 Bad Request'))).toBeUndefined();
    expect(readAnswer(Buffer.alloc(0))).toBeUndefined();
  });
});
