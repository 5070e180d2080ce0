import { createHash } from 'node:crypto';
import { win32 } from 'node:path';
import { ArchiveRefusal, ArchiveRefused, quoted } from './archive-refused.js';

/** What counts of an archive's entry, in any parser's terms. */
export interface ArchiveEntry {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'special';
  /** Of a link. */
  readonly target: string;
  /** Left as a hole by whoever packed it, in a way that only GNU tar fills again. */
  readonly sparse: boolean;
}

type Kind = Exclude<ArchiveEntry['kind'], 'special'>;

const MAX_DEPTH = 100;
/** Of Linux, in bytes. */
const MAX_NAME_BYTES = 255;
/** Of Linux less what lies before it: an agent unpacks into a directory of its own. */
const MAX_PATH_BYTES = 3_500;
/** What becomes of bytes that are no UTF-8. */
const REPLACEMENT = '\uFFFD';
/** Agents leave it out wherever it lies. */
const LEFT_OUT = '.terraform';

/**
 * The tree that the entries make, in their order, and a refusal of the first that cannot become a part of it, or must
 * not. It says of the archive what an agent's disk would, before anybody has unpacked it.
 */
export class ArchiveTree {
  private readonly kinds = new Map<string, Kind>();

  /** @throws ArchiveRefused */
  add(entry: ArchiveEntry): void {
    const { path: name, kind, target } = entry;
    if (kind === 'special') {
      throw new ArchiveRefused(
        ArchiveRefusal.specialFile,
        `${quoted(name)} in the archive is a device, a pipe or of a kind of its own; only files, directories and links are taken.`,
      );
    }
    const names = insidePath(name, name, 'its path leads');
    refuseOddName(name, names, name);
    if (entry.sparse) {
      throw notUnpackable(
        name,
        'it is a sparse file, which is packed with its holes left out; pack it without --sparse',
      );
    }
    if (kind === 'symlink') {
      checkSymlink(target, names.length - 1, name);
    }
    if (kind === 'hardlink') {
      refuseOddName(target, insidePath(target, name, 'it links'), name);
    }
    if (names.includes(LEFT_OUT)) {
      return;
    }
    const path = names.join('/');
    this.growParents(names, name);
    if (kind === 'hardlink') {
      this.requireTarget(target, path, name);
    }
    this.place(path, kind === 'hardlink' ? 'file' : kind, name);
  }

  private growParents(names: readonly string[], entry: string): void {
    for (let length = 1; length < names.length; length += 1) {
      const parent = names.slice(0, length).join('/');
      const kind = this.kinds.get(parent) ?? 'directory';
      if (kind === 'symlink') {
        throw escapes(entry, `it lies behind the link ${quoted(parent)}`);
      }
      if (kind !== 'directory') {
        throw notUnpackable(
          entry,
          `${quoted(parent)} is a file in the same archive, and nothing lies below a file`,
        );
      }
      this.kinds.set(parent, 'directory');
    }
  }

  private place(path: string, kind: Kind, entry: string): void {
    if (path === '') {
      if (kind !== 'directory') {
        throw notUnpackable(entry, 'it names the root of the archive, which is a directory');
      }
      return;
    }
    const before = this.kinds.get(path);
    if (before !== undefined && before !== kind) {
      throw before === 'directory' && kind === 'symlink'
        ? escapes(entry, 'it is a link in the place of a directory')
        : notUnpackable(entry, `the archive has it as a ${before} already, and now as a ${kind}`);
    }
    this.kinds.set(path, kind);
  }

  /** A hard link is a second name of what is there already. */
  private requireTarget(target: string, path: string, entry: string): void {
    const names = insidePath(target, entry, 'it links');
    refuseOddName(target, names, entry);
    // One name more, so that the linked file itself may not be a symlink either.
    for (let length = 1; length <= names.length; length += 1) {
      const link = names.slice(0, length).join('/');
      if (this.kinds.get(link) === 'symlink') {
        throw escapes(entry, `it lies behind the link ${quoted(link)}`);
      }
    }
    const linked = names.join('/');
    if (linked === path) {
      throw notUnpackable(entry, 'it is a hard link to itself');
    }
    if (this.kinds.get(linked) !== 'file') {
      const why = names.includes(LEFT_OUT) ? `, for ${LEFT_OUT} is left out of every configuration` : '';
      throw notUnpackable(
        entry,
        `it is a hard link to ${quoted(target)}, which is no file before it in the archive${why}`,
      );
    }
  }
}

/** Tells whether two parsers have seen the same. */
export class EntryDigest {
  private readonly hash = createHash('sha256');

  add({ path, kind, target }: ArchiveEntry): void {
    const isLink = kind === 'symlink' || kind === 'hardlink';
    this.hash.update(JSON.stringify([path.replace(/\/+$/, ''), kind, isLink ? target : '']));
  }

  digest(): string {
    return this.hash.digest('hex');
  }
}

/** The names of a path that stays inside; "" and "." name the root itself. */
function insidePath(path: string, entry: string, what: string): string[] {
  const names = namesOf(path);
  if (path === '' || path.startsWith('/') || path.includes('\0') || names.includes('..')) {
    throw escapes(entry, `${what} out of the archive${path === entry ? '' : ` (${quoted(path)})`}`);
  }
  return names;
}

/** What no disk takes, or what a tool that knows Windows would take for something else. */
function refuseOddName(path: string, names: readonly string[], entry: string): void {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES || names.length > MAX_DEPTH) {
    throw new ArchiveRefused(ArchiveRefusal.bomb, `${quoted(entry)} in the archive is nested too deeply.`);
  }
  if (names.some((name) => Buffer.byteLength(name) > MAX_NAME_BYTES)) {
    throw notUnpackable(
      entry,
      `a name in it is longer than ${MAX_NAME_BYTES} bytes, and no file system takes that`,
    );
  }
  if (path.includes(REPLACEMENT)) {
    throw notUnpackable(entry, 'its name is not UTF-8');
  }
  if (win32.parse(path).root !== '') {
    throw notUnpackable(entry, 'its name begins like a path of Windows (a drive or a backslash)');
  }
  if (path.split(/[\\/]/).includes('..')) {
    throw notUnpackable(entry, 'its name holds ".." between backslashes');
  }
}

/**
 * A symlink may climb first and then descend (`../../modules/x`), and never climb after a name: what the name stands
 * for may be a link elsewhere, and ".." then leads out of there.
 */
function checkSymlink(target: string, depth: number, entry: string): void {
  const names = namesOf(target);
  const firstName = names.findIndex((name) => name !== '..');
  const climbs = firstName === -1 ? names.length : firstName;
  const odd = target === '' || target.startsWith('/') || target.includes('\0');
  if (odd || climbs > depth || names.slice(climbs).includes('..')) {
    throw escapes(entry, `it links out of the archive (${quoted(target)})`);
  }
  if (Buffer.byteLength(target) > MAX_PATH_BYTES) {
    throw notUnpackable(entry, `it links to a path of more than ${MAX_PATH_BYTES} bytes`);
  }
  if (target.includes(REPLACEMENT)) {
    throw notUnpackable(entry, 'what it links to is not UTF-8');
  }
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function escapes(entry: string, reason: string): ArchiveRefused {
  return new ArchiveRefused(
    ArchiveRefusal.escapesRoot,
    `${quoted(entry)} in the archive is refused: ${reason}.`,
  );
}

function notUnpackable(entry: string, reason: string): ArchiveRefused {
  return new ArchiveRefused(
    ArchiveRefusal.notUnpackable,
    `${quoted(entry)} in the archive cannot be unpacked: ${reason}.`,
  );
}
