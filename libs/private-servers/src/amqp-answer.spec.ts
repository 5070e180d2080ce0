import { describe, expect, it } from '@jest/globals';
import { isConnectionStart } from './amqp-answer.js';

describe("a broker's first answer", () => {
  it('is Connection.Start on channel 0', () => {
    expect(isConnectionStart(Buffer.from([1, 0, 0, 0, 0, 1, 247, 0, 10, 0, 10, 0, 9]))).toBe(true);
  });

  it('is not the header of another protocol version, nor a frame cut short', () => {
    expect(isConnectionStart(Buffer.from('AMQP\0\x01\0\0'))).toBe(false);
    expect(isConnectionStart(Buffer.from('AMQP\x03\x01\0\0    '))).toBe(false);
    expect(isConnectionStart(Buffer.from([1, 0, 0, 0, 0, 1, 247, 0, 10]))).toBe(false);
  });
});
