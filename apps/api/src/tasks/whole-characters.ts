/** Without the first bytes of a character whose rest has not come yet. */
export function wholeCharacters(content: Buffer): Buffer {
  for (let back = 1; back <= Math.min(4, content.length); back += 1) {
    const byte = content[content.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) {
      continue;
    }
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? content.subarray(0, content.length - back) : content;
  }
  return content;
}
