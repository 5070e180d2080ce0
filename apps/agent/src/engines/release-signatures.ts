import type { Logger } from '@berth/observability';
import { TaskFailure } from '../failures/task-failure.js';
import type { Engine, ReleaseFiles } from './engine-releases.js';
import { fetchSmall, shownUrl } from './release-download.js';
import { RELEASE_KEY_SETTINGS, type ReleaseKey, type ReleaseKeys } from './release-key.js';

const MAX_SIGNATURE_BYTES = 100_000;

/** Whether the checksums of a release are its vendor's. */
export class ReleaseSignatures {
  private readonly unsignedTold = new Set<Engine>();

  constructor(
    private readonly keys: ReleaseKeys,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** Throws a TaskFailure when they are not, or the signal's reason when it aborts. */
  async check(engine: Engine, files: ReleaseFiles, sums: Buffer, signal: AbortSignal): Promise<void> {
    const key = this.keys[engine];
    if (key === undefined) {
      this.tellUnsigned(engine, files);
      return;
    }
    const signature = await fetchSignature(key, files, signal);
    const fault = await key.faultOf(sums, signature);
    if (fault !== null) {
      throw TaskFailure.permanent(
        'ENGINE_SIGNATURE_INVALID',
        `${shownUrl(files.signatureUrl)} is no good signature of ${shownUrl(files.sumsUrl)} (${fault}); trusted is ` +
          `${key.description}. Nothing was installed. Compare the key with its vendor's, and the mirror with the ` +
          'original: if both are right, somebody has changed the release.',
      );
    }
  }

  private tellUnsigned(engine: Engine, { sumsUrl }: ReleaseFiles): void {
    if (!this.unsignedTold.has(engine)) {
      this.unsignedTold.add(engine);
      this.logger.warn(
        `signatures of ${engine}'s releases are not checked: ${shownUrl(sumsUrl)} is taken as it came; ` +
          `${RELEASE_KEY_SETTINGS[engine]} names the vendor's public key`,
      );
    }
  }
}

async function fetchSignature(
  key: ReleaseKey,
  { signatureUrl, sumsUrl }: ReleaseFiles,
  signal: AbortSignal,
): Promise<Buffer> {
  try {
    return await fetchSmall(signatureUrl, MAX_SIGNATURE_BYTES, signal);
  } catch (error) {
    if (error instanceof TaskFailure && error.code === 'ENGINE_NOT_FOUND') {
      throw TaskFailure.permanent(
        'ENGINE_SIGNATURE_MISSING',
        `${shownUrl(signatureUrl)} does not exist, so ${shownUrl(sumsUrl)} cannot be checked with ${key.description}. ` +
          'Nothing was installed. A mirror has to carry the signature beside the checksums.',
        { cause: error },
      );
    }
    throw error;
  }
}
