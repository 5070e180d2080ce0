import { randomBytes, randomUUID } from 'node:crypto';
import { pipeline, Readable, type Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { DataKeys } from './data-keys.js';
import { freshKeys } from './fresh-box.js';
import { OpenStream, sealedSize, SealStream } from './sealed-stream.js';
import { DataKeyUnknown } from './secret-box.js';

const RECORD = 64 * 1024;
const SEALED_RECORD = RECORD + 16;
const BEGINNING = 1 + 4 + 32;
const ID = randomUUID();
const keys = freshKeys();

/** What comes out, where `content` goes in in pieces of so many bytes. */
async function through(transform: Transform, content: Buffer, pieceBytes = 100_000): Promise<Buffer> {
  const pieces = [];
  for (let at = 0; at < content.length; at += pieceBytes) {
    pieces.push(content.subarray(at, at + pieceBytes));
  }
  return buffer(pipeline(Readable.from(pieces), transform, () => undefined));
}

async function sealed(content: Buffer, pieceBytes?: number): Promise<Buffer> {
  return through(new SealStream(keys.present, ID), content, pieceBytes);
}

async function opened(content: Buffer, pieceBytes?: number): Promise<Buffer> {
  return through(new OpenStream(keys, ID), content, pieceBytes);
}

/** The beginning, and each record by itself. */
function partsOf(content: Buffer): Buffer[] {
  const parts = [content.subarray(0, BEGINNING)];
  for (let at = BEGINNING; at < content.length; at += SEALED_RECORD) {
    parts.push(content.subarray(at, at + SEALED_RECORD));
  }
  return parts;
}

describe('a sealed stream', () => {
  it.each([0, 1, RECORD - 1, RECORD, RECORD + 1, 2 * RECORD, 5 * RECORD + 7])(
    'gives %d bytes back, and is as large as was foreseen',
    async (size) => {
      const content = randomBytes(size);
      const kept = await sealed(content);
      expect(kept.length).toBe(sealedSize(size));
      expect((await opened(kept)).equals(content)).toBe(true);
    },
  );

  it.each([1, 7, 36, 37, 38, 1_000, RECORD - 1, RECORD, RECORD + 1, SEALED_RECORD, SEALED_RECORD + 1, 1e6])(
    'does not mind in pieces of which size it comes: %d',
    async (pieceBytes) => {
      const content = randomBytes(2 * RECORD + 100);
      const kept = await sealed(content, pieceBytes);
      expect(kept.length).toBe(sealedSize(content.length));
      expect((await opened(kept, pieceBytes)).equals(content)).toBe(true);
    },
  );

  it('holds nothing of its content, begins with its form and its data key, and is another one each time', async () => {
    const content = Buffer.alloc(2 * RECORD, 'planted ');
    const [one, other] = [await sealed(content), await sealed(content)];
    expect(one.includes('planted')).toBe(false);
    expect(one.subarray(0, 5)).toEqual(Buffer.from([3, 0, 0, 0, keys.present.id]));
    expect(partsOf(one)[1]).not.toEqual(partsOf(other)[1]);
    expect(partsOf(one)[1]).not.toEqual(partsOf(one)[2]);
  });

  it('is not opened where it was cut off, at a record, at its beginning or anywhere', async () => {
    const kept = await sealed(randomBytes(2 * RECORD + 100));
    const ends = [0, 1, 2].map((records) => BEGINNING + records * SEALED_RECORD);
    const cuts = [
      0,
      1,
      5,
      ...ends.flatMap((end) => [end - 1, end, end + 1, end + 15, end + 16]),
      kept.length - 1,
    ];
    for (const cut of cuts) {
      await expect(opened(kept.subarray(0, cut))).rejects.toThrow('cannot be opened');
    }
    const exact = await sealed(randomBytes(2 * RECORD));
    await expect(opened(exact.subarray(0, BEGINNING + SEALED_RECORD))).rejects.toThrow('cannot be opened');
  });

  it('is not opened where something stands behind its end', async () => {
    const exact = await sealed(randomBytes(RECORD));
    const [, record] = partsOf(exact);
    for (const more of [Buffer.alloc(1), Buffer.alloc(16), record ?? Buffer.alloc(0)]) {
      await expect(opened(Buffer.concat([exact, more]))).rejects.toThrow('cannot be opened');
    }
  });

  it('is not opened where one bit of it was changed', async () => {
    const kept = await sealed(randomBytes(RECORD + 100));
    const last = BEGINNING + SEALED_RECORD;
    const places = [
      0,
      5,
      BEGINNING - 1,
      BEGINNING,
      last - 17,
      last - 1,
      last,
      kept.length - 17,
      kept.length - 1,
    ];
    for (const place of places) {
      const changed = Buffer.from(kept);
      changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
      await expect(opened(changed)).rejects.toThrow('cannot be opened');
    }
  });

  it('is not opened where its records were swapped, repeated or left out', async () => {
    const parts = partsOf(await sealed(randomBytes(4 * RECORD)));
    for (const order of [
      [0, 2, 1, 3, 4],
      [0, 1, 1, 2, 3, 4],
      [0, 1, 3, 4],
      [0, 1, 2, 4],
      [0, 4],
      [0, 1, 2, 4, 3],
    ]) {
      const mixed = Buffer.concat(order.map((part) => parts[part] ?? Buffer.alloc(0)));
      await expect(opened(mixed)).rejects.toThrow('cannot be opened');
    }
  });

  it('takes no record of another file under the same data key', async () => {
    const [one, other] = [
      partsOf(await sealed(randomBytes(3 * RECORD))),
      partsOf(await sealed(randomBytes(3 * RECORD))),
    ];
    const mixed = Buffer.concat([...one.slice(0, 2), ...other.slice(2)]);
    await expect(opened(mixed)).rejects.toThrow('cannot be opened');
  });

  it('is opened under its own id and with its own key only', async () => {
    const kept = await sealed(randomBytes(100));
    await expect(through(new OpenStream(keys, randomUUID()), kept)).rejects.toThrow('cannot be opened');
    await expect(through(new OpenStream(freshKeys(), ID), kept)).rejects.toThrow('cannot be opened');
  });

  it('names its data key: older ones open it still, and one that is not known yet passes', async () => {
    const content = randomBytes(RECORD + 1);
    const rotated = new DataKeys(keys.root, [
      keys.present,
      { id: 9, key: randomBytes(32), isKnownToAll: true },
    ]);
    const after = await through(new SealStream(rotated.present, ID), content);
    expect(after.readUInt32BE(1)).toBe(9);
    expect((await through(new OpenStream(rotated, ID), await sealed(content))).equals(content)).toBe(true);
    expect((await through(new OpenStream(rotated, ID), after)).equals(content)).toBe(true);
    const unknown = await opened(after).catch((error: unknown) => error);
    expect(unknown).toBeInstanceOf(DataKeyUnknown);
    expect(unknown).toMatchObject({ failureClass: 'transient' });
  });

  it('gives out no byte of a record that was changed', async () => {
    const content = randomBytes(3 * RECORD);
    const kept = await sealed(content);
    const place = BEGINNING + SEALED_RECORD + 5;
    kept.writeUInt8(kept.readUInt8(place) ^ 1, place);
    const given: Buffer[] = [];
    const open = new OpenStream(keys, ID).on('data', (piece: Buffer) => given.push(piece));
    const failure = new Promise((resolve) => open.once('error', resolve));
    open.end(kept);
    expect(await failure).toBeInstanceOf(Error);
    const opening = Buffer.concat(given);
    expect(opening.equals(content.subarray(0, opening.length))).toBe(true);
    expect(opening.length).toBeLessThanOrEqual(RECORD);
  });
});
