import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const FILE = 'values-to-mask';
const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keeps what is to be masked of a run beside its slot's manifest, for the process of the agent that goes on with it after
 * this one has died: that one is told of no assignment. Sealed with the token of the agent's pool, which lies on no disk of
 * a run's.
 */
export async function keepValues(
  slotDirectory: string,
  values: readonly string[],
  poolToken: string,
): Promise<void> {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, keyOf(poolToken), iv);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(values), 'utf8'), cipher.final()]);
  const content = Buffer.concat([iv, cipher.getAuthTag(), sealed]);
  await writeFile(join(slotDirectory, FILE), content, { mode: 0o600 });
}

/** Null where they cannot be had: of an apply of an older agent, or with another token by now. */
export async function keptValues(slotDirectory: string, poolToken: string): Promise<string[] | null> {
  try {
    const content = await readFile(join(slotDirectory, FILE));
    const decipher = createDecipheriv(ALGORITHM, keyOf(poolToken), content.subarray(0, IV_BYTES)).setAuthTag(
      content.subarray(IV_BYTES, IV_BYTES + TAG_BYTES),
    );
    const opened = Buffer.concat([decipher.update(content.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    return z.array(z.string()).parse(JSON.parse(opened.toString('utf8')));
  } catch {
    return null;
  }
}

function keyOf(poolToken: string): Buffer {
  return Buffer.from(hkdfSync('sha256', poolToken, '', 'berth values to mask', 32));
}
