import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import semver from 'semver';
import { syncDirectory } from '../disk/durable-file.js';
import { acquireLock, isLockDraft, tryLock } from '../disk/file-lock.js';
import { TaskFailure } from '../failures/task-failure.js';
import type { EngineReleases, ReleaseFiles } from './engine-releases.js';
import { engineVersion } from './engine-version.js';
import { downloadFile, fetchSmall, shownUrl } from './release-download.js';
import type { ReleaseSignatures } from './release-signatures.js';
import { unzipBinary } from './unzip-binary.js';

const MAX_SUMS_BYTES = 1_000_000;
/** terraform 1.11.4: 27 MB packed, 91 MB unpacked. */
const MAX_ZIP_BYTES = 500_000_000;
const MAX_BINARY_BYTES = 1_000_000_000;

/**
 * The installation of one version below a directory. All work happens in a temporary directory beside it, which is
 * renamed as the last step: a version's directory that exists is complete.
 */
export class EngineInstall {
  constructor(
    private readonly directory: string,
    private readonly releases: EngineReleases,
    private readonly version: string,
    private readonly signatures: ReleaseSignatures,
  ) {}

  /** The versions that are installed. */
  static async list(directory: string, binaryName: string): Promise<string[]> {
    const names = (await entries(directory)).filter((name) => semver.valid(name) === name);
    const complete = await Promise.all(names.map((name) => isFile(join(directory, name, binaryName))));
    return names.filter((_name, index) => complete[index]);
  }

  /** Removes leftovers of versions that nobody is installing at this moment. */
  static async cleanUp(directory: string): Promise<void> {
    for (const name of await entries(directory)) {
      if (isLockDraft(name)) {
        await rm(join(directory, name), { force: true });
      }
      const [, version] = /^\.installing-(.+)-[0-9a-f]{8}$/.exec(name) ?? [];
      const lock = version === undefined ? null : await tryLock(lockPath(directory, version));
      if (lock !== null) {
        await rm(join(directory, name), { recursive: true, force: true });
        await lock.release();
      }
    }
  }

  /**
   * Removes a version that is unused still when nobody can find it any more: who has asked for it in this moment gets it
   * back. False where it stays.
   */
  static async remove(
    directory: string,
    version: string,
    isUnused: () => Promise<boolean>,
  ): Promise<boolean> {
    const lock = (await isUnused()) ? await tryLock(lockPath(directory, version)) : null;
    if (lock === null) {
      return false;
    }
    const [final, aside] = [join(directory, version), asideOf(directory, version)];
    try {
      await rename(final, aside);
      if (await isUnused()) {
        await rm(aside, { recursive: true, force: true });
        return true;
      }
      await rename(aside, final);
      return false;
    } finally {
      await lock.release();
    }
  }

  /** The path of the binary, installed if it was not there. */
  async ensure(signal: AbortSignal): Promise<string> {
    const final = join(this.directory, this.version);
    const path = join(final, this.releases.binaryName);
    if (await isFile(path)) {
      return path;
    }
    const lock = await acquireLock(lockPath(this.directory, this.version), signal);
    try {
      if (!(await isFile(path))) {
        await this.install(final, signal);
      }
    } finally {
      await lock.release();
    }
    return path;
  }

  private async install(final: string, signal: AbortSignal): Promise<void> {
    const temporary = asideOf(this.directory, this.version);
    await mkdir(temporary);
    try {
      const files = this.releases.files(this.version);
      const expected = await this.trustedSum(files, signal);
      const zip = join(temporary, files.zipName);
      const sum = await downloadFile(files.zipUrl, zip, MAX_ZIP_BYTES, signal);
      if (sum !== expected) {
        throw TaskFailure.permanent(
          'ENGINE_CHECKSUM_MISMATCH',
          `${shownUrl(files.zipUrl)} has the SHA-256 ${sum}, but ${shownUrl(files.sumsUrl)} says ${expected}; it is not used`,
        );
      }
      const binary = join(temporary, this.releases.binaryName);
      await unzipBinary(zip, this.releases.binaryName, binary, MAX_BINARY_BYTES);
      await rm(zip);
      await this.tryOut(binary, files, signal);
      await syncDirectory(temporary);
      await this.moveIntoPlace(temporary, final);
      await syncDirectory(this.directory);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }

  /** The sum of the zip for this platform. The one place where sums enter, and where their signature is checked. */
  private async trustedSum(files: ReleaseFiles, signal: AbortSignal): Promise<string> {
    const { sumsUrl, zipName } = files;
    const sums = await fetchSmall(sumsUrl, MAX_SUMS_BYTES, signal);
    await this.signatures.check(this.releases.engine, files, sums, signal);
    for (const line of sums.toString('utf8').split('\n')) {
      const [, sum, name] = /^([0-9a-f]{64}) [ *](\S+)\s*$/.exec(line) ?? [];
      if (sum !== undefined && name === zipName) {
        return sum;
      }
    }
    throw TaskFailure.permanent(
      'ENGINE_PLATFORM_UNSUPPORTED',
      `${shownUrl(sumsUrl)} names no ${zipName}: version ${this.version} was not released for this platform`,
    );
  }

  /** Where another process was faster, its directory is as good as ours. */
  private async moveIntoPlace(temporary: string, final: string): Promise<void> {
    try {
      await rename(temporary, final);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) {
        throw error;
      }
      if (!(await isFile(join(final, this.releases.binaryName)))) {
        throw TaskFailure.permanent(
          'ENGINE_DIRECTORY_FOREIGN',
          `${final} exists, but holds no ${this.releases.binaryName}: it was not made by an installation; remove it`,
          { cause: error },
        );
      }
    }
  }

  private async tryOut(binary: string, files: ReleaseFiles, signal: AbortSignal): Promise<void> {
    const version = await engineVersion(binary, signal);
    if (version !== this.version) {
      throw TaskFailure.permanent(
        'ENGINE_UNUSABLE',
        `The binary in ${shownUrl(files.zipUrl)} says that it is version ${version}`,
      );
    }
  }
}

/** What a crash leaves of it is removed by `cleanUp`. */
function asideOf(directory: string, version: string): string {
  return join(directory, `.installing-${version}-${randomUUID().slice(0, 8)}`);
}

function lockPath(directory: string, version: string): string {
  return join(directory, `.${version}.lock`);
}

async function entries(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
