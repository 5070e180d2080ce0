/** What counts of an archive's entry, in either parser's terms. */
export interface ArchiveEntry {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'special';
  readonly target: string | null;
}

/**
 * Why an entry may not be unpacked below a directory, or null. A symlink may climb first and then descend
 * (`../../modules/x`), and never climb after a name: what the name stands for may be a link elsewhere, and ".."
 * then leads out of there. Checked so, a chain of links stays inside as every one of its links does.
 */
export function refusalOf({ path, kind, target }: ArchiveEntry): string | null {
  const depth = inside(path);
  if (depth === null) {
    return 'its path leads out of the archive';
  }
  switch (kind) {
    case 'file':
    case 'directory':
      return null;
    case 'hardlink':
      return inside(target ?? '') === null ? 'it links to a file outside of the archive' : null;
    case 'symlink':
      return staysBelow(target ?? '', depth - 1) ? null : 'it links out of the archive';
    case 'special':
      return 'it is a device, a pipe or of a kind that no configuration needs';
  }
}

/** The number of names in a relative path without "..", null for any other. */
function inside(path: string): number | null {
  const names = namesOf(path);
  return path === '' || path.startsWith('/') || path.includes('\0') || names.includes('..')
    ? null
    : names.length;
}

function staysBelow(target: string, depth: number): boolean {
  const names = namesOf(target);
  const climbs = names.findIndex((name) => name !== '..');
  const up = climbs === -1 ? names.length : climbs;
  return (
    target !== '' &&
    !target.startsWith('/') &&
    !target.includes('\0') &&
    up <= depth &&
    !names.slice(up).includes('..')
  );
}

export function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}
