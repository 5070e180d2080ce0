import { open } from 'node:fs/promises';

/** The end of a zip archive's directory, with an empty comment behind it (APPNOTE 4.3.16). */
const END_BYTES = 22;
const END = 0x06054b50;
const COMMENT_LENGTH_AT = 20;

/**
 * Writes into a plan file which plan it is: as the comment of the zip archive that it is, which engines do not read. Two
 * plans of one task that were made within the same second are otherwise equal to the byte, although they were made with
 * other environment variables, say; and a confirmation, which names the plan's hash, would count for both. A file of another form
 * (encrypted by OpenTofu, which never gives the same twice) is left as it is.
 */
export async function namePlan(planFile: string, name: string): Promise<void> {
  const file = await open(planFile, 'r+');
  try {
    const { size } = await file.stat();
    const end = Buffer.alloc(END_BYTES);
    const { bytesRead } = await file.read(end, 0, END_BYTES, Math.max(0, size - END_BYTES));
    if (bytesRead < END_BYTES || end.readUInt32LE(0) !== END || end.readUInt16LE(COMMENT_LENGTH_AT) !== 0) {
      return;
    }
    const comment = Buffer.from(name);
    const length = Buffer.alloc(2);
    length.writeUInt16LE(comment.length);
    await file.write(Buffer.concat([length, comment]), 0, comment.length + 2, size - 2);
  } finally {
    await file.close();
  }
}
