/** A file that somebody chose, with its path below the folder that they chose. */
export interface PackedFile {
  readonly path: string;
  readonly content: Blob;
}

/** Never part of a configuration: what terraform fetches by itself, and what keeps versions of it. */
const LEFT_OUT = /(^|\/)(\.terraform|\.git)(\/|$)|(^|\/)\.terraform\.tfstate\.lock\.info$/;
const BLOCK = 512;
const NAME_BYTES = 100;
/** What a header's type says: a file, and a name that is too long for a header. */
const FILE = '0';
const LONG_NAME = 'L';

/** What of a chosen folder is uploaded, with paths below it. */
export function filesOf(
  chosen: readonly { readonly webkitRelativePath: string; readonly content: Blob }[],
): PackedFile[] {
  return chosen
    .map(({ webkitRelativePath, content }) => ({
      path: webkitRelativePath.split('/').slice(1).join('/'),
      content,
    }))
    .filter(({ path }) => path !== '' && !LEFT_OUT.test(path))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** A gzipped tar of the files, as the api takes configurations. */
export async function packed(files: readonly PackedFile[]): Promise<Blob> {
  const parts = files.flatMap(({ path, content }) => [
    ...longName(path),
    header(path, content.size, FILE),
    content,
    padding(content.size),
  ]);
  const tar = new Blob([...parts, new Uint8Array(2 * BLOCK)]);
  return new Response(tar.stream().pipeThrough(new CompressionStream('gzip'))).blob();
}

function longName(path: string): BlobPart[] {
  const name = new TextEncoder().encode(`${path}\0`);
  return name.length <= NAME_BYTES
    ? []
    : [header('././@LongLink', name.length, LONG_NAME), name, padding(name.length)];
}

function padding(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}

/** Of the form that GNU tar writes. */
function header(path: string, size: number, type: string): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  const encoder = new TextEncoder();
  const put = (text: string, at: number): void => {
    block.set(encoder.encode(text), at);
  };
  block.set(encoder.encode(path).subarray(0, NAME_BYTES), 0);
  put('0000644\0', 100);
  put('0000000\0', 108);
  put('0000000\0', 116);
  put(`${size.toString(8).padStart(11, '0')}\0`, 124);
  put('00000000000\0', 136);
  put('        ', 148);
  put(type, 156);
  put('ustar  \0', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
