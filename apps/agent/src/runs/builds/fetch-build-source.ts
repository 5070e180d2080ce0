import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { unpackConfiguration } from '../../disk/unpack-configuration.js';
import { TaskFailure } from '../../failures/task-failure.js';
import type { BuildContext } from './build-context.js';

const UNPACK_LIMITS = { maxEntries: 1_000_000, maxUnpackedBytes: 20_000_000_000 };

/** Brings the source to the disk, checks it, and unpacks it; memory stays as it is, however large it is. */
export async function fetchBuildSource(
  { run, slot, api }: BuildContext,
  source: { readonly sha256: string; readonly sizeBytes: number },
): Promise<void> {
  const archive = join(slot.tmp, 'source.tar.gz');
  const hash = createHash('sha256');
  const hashed = new Transform({
    transform: (piece: Buffer, _, done) => {
      hash.update(piece);
      done(null, piece);
    },
  });
  try {
    const content = await api.buildSource(run.taskId, run.attempt);
    await pipeline(content, hashed, createWriteStream(archive), { signal: run.signal }).catch(
      (cause: unknown) => {
        run.signal.throwIfAborted();
        throw TaskFailure.transient('SOURCE_BROKE_OFF', `The source broke off on its way: ${String(cause)}`, {
          cause,
        });
      },
    );
    const sha256 = hash.digest('hex');
    if (sha256 !== source.sha256) {
      throw TaskFailure.transient(
        'SOURCE_CHECKSUM_MISMATCH',
        `The source arrived with SHA-256 ${sha256}, recorded is ${source.sha256}.`,
      );
    }
    await unpackConfiguration(createReadStream(archive), slot.work, UNPACK_LIMITS, run.signal);
  } finally {
    await rm(archive, { force: true });
  }
}
