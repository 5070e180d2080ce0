/** One or more blocks of 512 bytes. */
export type RawEntry = Buffer;

export interface RawHeader {
  readonly name: string | Buffer;
  /** The letter of its kind; a file where there is none. */
  readonly type?: string;
  readonly linkname?: string;
  readonly mode?: number;
  readonly content?: string;
  /** Where it is to say another one than that of its content. */
  readonly size?: number;
  /** Where it is to be a wrong one. */
  readonly checksum?: number;
}

const BLOCK = 512;
/** Two empty blocks end an archive. */
export const END = Buffer.alloc(2 * BLOCK);

/** An entry with exactly these fields, also such as no tool would write. */
export function entry({
  name,
  type = '0',
  linkname = '',
  mode = 0o644,
  content = '',
  size,
  checksum,
}: RawHeader): RawEntry {
  const body = Buffer.from(content);
  const header = Buffer.alloc(BLOCK);
  Buffer.from(name).copy(header, 0, 0, 100);
  octal(header, mode, 100, 8);
  octal(header, 0, 108, 8);
  octal(header, 0, 116, 8);
  octal(header, size ?? body.length, 124, 12);
  octal(header, 1_700_000_000, 136, 12);
  header.write(type, 156, 'latin1');
  Buffer.from(linkname).copy(header, 157, 0, 100);
  header.write('ustar\0' + '00', 257, 'latin1');
  header.fill(' ', 148, 156);
  octal(header, checksum ?? header.reduce((sum, byte) => sum + byte, 0), 148, 7);
  const padding = Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK);
  return Buffer.concat([header, body, padding]);
}

/** The extended header before an entry. */
export function pax(records: Readonly<Record<string, string>>): RawEntry[] {
  const content = Object.entries(records)
    .map(([key, value]) => record(key, value))
    .join('');
  return [entry({ name: 'PaxHeader/x', type: 'x', content })];
}

/** The whole, not yet compressed. */
export function tar(entries: readonly RawEntry[], end = END): Buffer {
  return Buffer.concat([...entries, end]);
}

/** Its own length stands at its beginning. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + 1;
  while (bytes + String(length).length !== length) {
    length += 1;
  }
  return `${length}${rest}`;
}

function octal(header: Buffer, value: number, at: number, width: number): void {
  header.write(value.toString(8).padStart(width - 1, '0'), at, width - 1, 'latin1');
}
