import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { deriveKey } from '../secrets/cipher.js';

/** How far a stream has told everything, for another connection, at any api process, to go on behind it. */
export interface StreamPlace {
  /** All that transactions before this one have changed. */
  readonly horizon: string;
  /** When that was, in seconds. */
  readonly at: number;
  /** Of each task and log in its order: the last line of a timeline, or the byte of a log, with `e` where that has ended. */
  readonly positions: readonly string[];
}

const Place = z.tuple([z.string().regex(/^\d{1,20}$/), z.int(), z.array(z.string().regex(/^\d{0,19}e?$/))]);
const MAC_BYTES = 12;

/**
 * Writes and reads the ids of a stream's events. One is bound to the organization and the topics, and signed: positions
 * are taken at their word.
 */
export class StreamCursors {
  private readonly key: Buffer;

  /** @param root of the data keys, the same at all processes */
  constructor(root: Buffer) {
    this.key = deriveKey(root, 'stream');
  }

  for(organizationId: string, topics: string): StreamCursor {
    return new StreamCursor(createHash('sha256').update(`${organizationId} ${topics}`).digest(), this.key);
  }
}

/** Of one stream. */
export class StreamCursor {
  constructor(
    private readonly stream: Buffer,
    private readonly key: Buffer,
  ) {}

  write({ horizon, at, positions }: StreamPlace): string {
    const body = JSON.stringify([horizon, at, positions]);
    return `${Buffer.from(body).toString('base64url')}.${this.mac(body)}`;
  }

  /** Null where it is none of this stream's. */
  read(id: string): StreamPlace | null {
    const [encoded = '', mac = '', ...more] = id.split('.');
    const body = Buffer.from(encoded, 'base64url').toString('utf8');
    const [given, right] = [Buffer.from(mac), Buffer.from(this.mac(body))];
    if (more.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) {
      return null;
    }
    const [horizon, at, positions] = Place.parse(JSON.parse(body));
    return { horizon, at, positions };
  }

  private mac(body: string): string {
    const mac = createHmac('sha256', this.key).update(this.stream).update(body).digest();
    return mac.toString('base64url', 0, MAC_BYTES);
  }
}
