import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import semver from 'semver';
import { diskFailure } from '../failures/disk-failure.js';
import { TaskFailure } from '../failures/task-failure.js';
import { EngineInstall } from './engine-install.js';
import { engineReleases, type Engine, type EngineReleases, type ReleaseUrls } from './engine-releases.js';
import { EngineUse } from './engine-use.js';
import { PathBinaries } from './path-binary.js';
import { fetchSmall, shownUrl } from './release-download.js';
import type { ReleaseSignatures } from './release-signatures.js';
import { SharedWork } from './shared-work.js';
import { parseConstraint, type VersionConstraint } from './version-constraint.js';

export interface EngineSettings {
  /** The agent's home; binaries go to `engines/<engine>/<version>/` below it, which agents may share. */
  readonly home: string;
  /** Whether a binary on PATH may be used where its version fits. */
  readonly usePathBinary: boolean;
  /** The agent's PATH. */
  readonly searchPath: string;
  readonly urls: ReleaseUrls;
  /** For one download and installation, waiting for another process's included. */
  readonly installTimeoutMs: number;
}

export interface EngineRequest {
  readonly engine: Engine;
  /** A version, a constraint (`~> 1.9`), or null for whatever is there. */
  readonly version: string | null;
  readonly signal: AbortSignal;
}

export interface EngineBinary {
  readonly path: string;
  readonly version: string;
  readonly source: 'path' | 'installed';
}

/** terraform's index had 3 MB in 2026 and grows by every release. */
const MAX_INDEX_BYTES = 64_000_000;
const INDEX_FRESH_MS = 10 * 60_000;

/** Finds the terraform or tofu binary that a workspace asks for, and installs it where it is missing. */
export class EngineBinaries {
  private readonly onPath: PathBinaries;
  private readonly installs = new SharedWork<EngineBinary>();
  private readonly indexes = new SharedWork<string[]>();
  private readonly known = new Map<Engine, { readonly versions: string[]; readonly readAt: number }>();

  constructor(
    private readonly settings: EngineSettings,
    private readonly signatures: ReleaseSignatures,
  ) {
    this.onPath = new PathBinaries(settings.searchPath);
  }

  /** Removes what crashed installations left behind; what another process is installing now stays. */
  async cleanUp(): Promise<void> {
    for (const engine of ['terraform', 'opentofu'] as const) {
      await EngineInstall.cleanUp(this.directory(engine));
    }
  }

  /**
   * Removes versions that nobody has asked for in so long, and never the one that was asked for last. Gives their names.
   */
  async removeUnused(unusedMs: number): Promise<string[]> {
    const removed: string[] = [];
    for (const engine of ['terraform', 'opentofu'] as const) {
      const { binaryName } = engineReleases(engine, this.settings.urls);
      const use = this.use(engine);
      const isUnused = async (version: string): Promise<boolean> =>
        (await use.lastUse(version)) < Date.now() - unusedMs;
      const versions = await Promise.all(
        (await EngineInstall.list(this.directory(engine), binaryName)).map(async (version) => ({
          version,
          at: await use.lastUse(version),
        })),
      );
      for (const { version } of versions.sort((a, b) => b.at - a.at).slice(1)) {
        if (await EngineInstall.remove(this.directory(engine), version, async () => isUnused(version))) {
          removed.push(`${engine} ${version}`);
        }
      }
    }
    return removed;
  }

  /** Throws a TaskFailure, or the signal's reason when it aborts. */
  async resolve({ engine, version, signal }: EngineRequest): Promise<EngineBinary> {
    const releases = engineReleases(engine, this.settings.urls);
    const constraint = version === null ? null : parseConstraint(version);
    const found = this.settings.usePathBinary ? await this.onPath.find(releases.binaryName, signal) : null;
    if (found !== null && (constraint?.allows(found.version) ?? true)) {
      return { ...found, source: 'path' };
    }
    const wanted = constraint?.exact ?? (await this.newest(engine, releases, constraint, signal));
    return this.installed(engine, releases, wanted, signal);
  }

  private async newest(
    engine: Engine,
    releases: EngineReleases,
    constraint: VersionConstraint | null,
    signal: AbortSignal,
  ): Promise<string> {
    const fits = (candidate: string): boolean =>
      constraint === null ? semver.prerelease(candidate) === null : constraint.allows(candidate);
    try {
      const wanted = newestOf((await this.index(engine, releases, signal)).filter(fits));
      if (wanted !== null) {
        return wanted;
      }
    } catch (error) {
      const here = newestOf(
        (await EngineInstall.list(this.directory(engine), releases.binaryName)).filter(fits),
      );
      if (here === null || !(error instanceof TaskFailure) || error.failureClass !== 'transient') {
        throw error;
      }
      // The index is out of reach, and a version that fits is here.
      return here;
    }
    throw TaskFailure.permanent(
      'ENGINE_VERSION_NOT_FOUND',
      `No release of ${engine} in ${shownUrl(releases.indexUrl)} fits the version that the workspace asks for`,
    );
  }

  private async index(engine: Engine, releases: EngineReleases, signal: AbortSignal): Promise<string[]> {
    const known = this.known.get(engine);
    if (known && Date.now() - known.readAt < INDEX_FRESH_MS) {
      return known.versions;
    }
    return this.indexes.run(engine, signal, async (shared) => {
      const body = await fetchSmall(
        releases.indexUrl,
        MAX_INDEX_BYTES,
        this.withDeadline(shared, releases.indexUrl),
      );
      const versions = readIndex(releases, body);
      this.known.set(engine, { versions, readAt: Date.now() });
      return versions;
    });
  }

  private installed(
    engine: Engine,
    releases: EngineReleases,
    version: string,
    signal: AbortSignal,
  ): Promise<EngineBinary> {
    return this.installs.run(`${engine} ${version}`, signal, async (shared) => {
      const directory = this.directory(engine);
      try {
        await mkdir(directory, { recursive: true });
        // Before it is looked for: what is unused may be on its way out.
        await this.use(engine).mark(version);
        const install = new EngineInstall(directory, releases, version, this.signatures);
        const path = await install.ensure(this.withDeadline(shared, join(directory, version)));
        return { path, version, source: 'installed' };
      } catch (error) {
        throw installFailure(error, join(directory, version), shared);
      }
    });
  }

  private use(engine: Engine): EngineUse {
    return new EngineUse(join(this.settings.home, 'engines', 'used', engine));
  }

  private directory(engine: Engine): string {
    return join(this.settings.home, 'engines', engine);
  }

  /** The reason of a signal that times out is what the caller gets, so it is a TaskFailure. */
  private withDeadline(signal: AbortSignal, what: string): AbortSignal {
    const { installTimeoutMs } = this.settings;
    const deadline = new AbortController();
    setTimeout(() => {
      deadline.abort(
        TaskFailure.transient(
          'ENGINE_INSTALL_TIMEOUT',
          `${what} was not ready after ${installTimeoutMs / 1000} s`,
        ),
      );
    }, installTimeoutMs).unref();
    return AbortSignal.any([signal, deadline.signal]);
  }
}

function installFailure(error: unknown, path: string, signal: AbortSignal): unknown {
  // Where the system names what it could not do, that is more than the directory in the end.
  const known = diskFailure(error, (error as NodeJS.ErrnoException | undefined)?.path ?? path);
  if (known instanceof TaskFailure || signal.aborted) {
    return known;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return TaskFailure.transient('ENGINE_INSTALL_FAILED', `${path} could not be installed: ${reason}`, {
    cause: error,
  });
}

function newestOf(versions: readonly string[]): string | null {
  return versions.toSorted(semver.rcompare)[0] ?? null;
}

function readIndex(releases: EngineReleases, body: Buffer): string[] {
  try {
    // What is no version in full is not used as a path either.
    return releases
      .versions(JSON.parse(body.toString('utf8')))
      .filter((version) => semver.valid(version) === version);
  } catch (cause) {
    const message = `${shownUrl(releases.indexUrl)} is no index of releases`;
    throw TaskFailure.permanent('ENGINE_INDEX_INVALID', message, { cause });
  }
}
