import { mkdir, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type ReadEntry } from 'tar';
import { diskFailure } from '../failures/disk-failure.js';
import { TaskFailure } from '../failures/task-failure.js';
import { removeAppleDoubles } from './apple-double.js';
import { namesOf, refusalOf, type ArchiveEntry } from './archive-entry.js';
import { LateLinks } from './late-links.js';

export interface UnpackLimits {
  readonly maxEntries: number;
  readonly maxUnpackedBytes: number;
}

const KINDS: Partial<Record<string, ArchiveEntry['kind']>> = {
  File: 'file',
  OldFile: 'file',
  ContiguousFile: 'file',
  Directory: 'directory',
  SymbolicLink: 'symlink',
  Link: 'hardlink',
};

/** What an archive held and its directory does not. */
export interface LeftOut {
  /** Directories of terraform's own, by their paths in the archive. */
  readonly terraform: readonly string[];
  /** Companions of files, as macOS packs them. */
  readonly appleDoubles: number;
}

/**
 * Unpacks a configuration (tar.gz) into a directory that does not exist yet. The api has checked the archive; it is
 * checked again, because two parsers may read it in two ways. `.terraform` is left out wherever it lies: as a link
 * it lets init write outside of the tree (GHSA-wcmj-x466-56mm). Anything else that cannot be unpacked as it is fails
 * the whole, and nothing stays.
 */
export async function unpackConfiguration(
  archive: Readable,
  directory: string,
  limits: UnpackLimits,
  signal: AbortSignal,
): Promise<LeftOut> {
  const leftOut = await unpack(archive, directory, { limits, leaveOut: ['.terraform'], signal });
  return { terraform: [...leftOut].sort(), appleDoubles: await removeAppleDoubles(directory) };
}

/** The same of what an agent has packed of its own slot: everything that is in it. */
export async function unpackSnapshot(
  archive: Readable,
  directory: string,
  limits: UnpackLimits,
  signal: AbortSignal,
): Promise<void> {
  await unpack(archive, directory, { limits, leaveOut: [], signal });
}

/** Gives the directories that were left out. */
async function unpack(
  archive: Readable,
  directory: string,
  options: {
    readonly limits: UnpackLimits;
    readonly leaveOut: readonly string[];
    readonly signal: AbortSignal;
  },
): Promise<ReadonlySet<string>> {
  // The download may break off before the pipeline listens to it.
  archive.on('error', () => undefined);
  try {
    await mkdir(directory);
  } catch (error) {
    archive.destroy();
    throw diskFailure(error, directory);
  }
  const { limits, leaveOut, signal } = options;
  const gate = new EntryGate({ ...limits, leaveOut }, (refusal) => archive.destroy(refusal));
  const unpacking = extract({
    cwd: directory,
    strict: true,
    // As root, tar would give the files to whatever owner the archive names.
    preserveOwner: false,
    filter: (_path, entry) => gate.admits(entry as ReadEntry),
  });
  try {
    // As the api unpacks it, and not in one go, which would hold everything else up.
    await pipeline(archive, createGunzip(), unpacking, { signal });
    // An archive that had arrived whole by then cannot be stopped any more.
    if (gate.refusal !== null) {
      throw gate.refusal;
    }
    await gate.links.make(directory);
    return gate.leftOut;
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw classified(gate.refusal ?? archive.errored ?? error, directory, signal);
  }
}

/** Decides entry by entry, and stops the archive at the first that it refuses. */
class EntryGate {
  refusal: TaskFailure | null = null;
  readonly leftOut = new Set<string>();
  readonly links = new LateLinks();
  private entries = 0;
  private bytes = 0;

  constructor(
    private readonly limits: UnpackLimits & { readonly leaveOut: readonly string[] },
    private readonly onRefusal: (refusal: TaskFailure) => void,
  ) {}

  admits(entry: ReadEntry): boolean {
    if (this.refusal !== null) {
      return false;
    }
    this.entries += 1;
    this.bytes += entry.size;
    const kind = KINDS[entry.type] ?? 'special';
    const reason = refusalOf({ path: entry.path, kind, target: entry.linkpath ?? null }) ?? this.excess();
    if (reason !== null) {
      this.refusal = TaskFailure.permanent(
        'CONFIGURATION_REFUSED',
        `The configuration was not unpacked because of its entry ${JSON.stringify(entry.path)}: ${reason}.`,
      );
      this.onRefusal(this.refusal);
      return false;
    }
    // The owner can read and write what there is; no set-user-id, no sticky bit.
    entry.mode = ((entry.mode ?? 0o644) & 0o777) | (kind === 'directory' ? 0o700 : 0o600);
    const names = namesOf(entry.path);
    const at = names.findIndex((name) => this.limits.leaveOut.includes(name));
    if (at !== -1) {
      this.leftOut.add(names.slice(0, at + 1).join('/'));
    }
    if (at === -1 && kind === 'symlink') {
      this.links.add(entry.path, entry.linkpath ?? '');
      return false;
    }
    return at === -1;
  }

  private excess(): string | null {
    const { maxEntries, maxUnpackedBytes } = this.limits;
    if (this.entries > maxEntries) {
      return `there are more than ${maxEntries} entries`;
    }
    return this.bytes > maxUnpackedBytes ? `unpacked it is larger than ${maxUnpackedBytes} bytes` : null;
  }
}

function classified(error: unknown, directory: string, signal: AbortSignal): unknown {
  if (signal.aborted) {
    return signal.reason;
  }
  const known = diskFailure(error, directory);
  if (known instanceof TaskFailure) {
    return known;
  }
  const { message } = error as Error;
  // The api has read this archive from end to end, so what broke it is most likely the way here.
  return TaskFailure.transient(
    'CONFIGURATION_UNREADABLE',
    `The configuration could not be unpacked into ${directory}: ${message}`,
    {
      cause: error,
    },
  );
}
