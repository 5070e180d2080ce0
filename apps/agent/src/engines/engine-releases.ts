import { z } from 'zod';
import { TaskFailure } from '../failures/task-failure.js';

export type Engine = 'terraform' | 'opentofu';

/** Where releases come from; a mirror has the layout of the original. */
export interface ReleaseUrls {
  /** With `terraform/index.json` and `terraform/<version>/…` below it. */
  readonly terraform: string;
  readonly opentofuIndex: string;
  /** With `v<version>/…` below it. */
  readonly opentofuFiles: string;
}

/** One version's files for this platform. */
export interface ReleaseFiles {
  readonly zipName: string;
  readonly zipUrl: string;
  readonly sumsUrl: string;
  /** A detached OpenPGP signature of the sums. */
  readonly signatureUrl: string;
}

export interface EngineReleases {
  readonly engine: Engine;
  readonly binaryName: string;
  readonly indexUrl: string;
  /** The versions that the index names. Throws a ZodError when it is none. */
  versions(index: unknown): string[];
  files(version: string): ReleaseFiles;
}

const terraformIndex = z.object({ versions: z.record(z.string(), z.unknown()) });
const opentofuIndex = z.object({ versions: z.array(z.object({ id: z.string() })) });

export function engineReleases(engine: Engine, urls: ReleaseUrls): EngineReleases {
  switch (engine) {
    case 'terraform':
      return {
        engine,
        binaryName: 'terraform',
        indexUrl: `${trimmed(urls.terraform)}/terraform/index.json`,
        versions: (index) => Object.keys(terraformIndex.parse(index).versions),
        files: (version) =>
          files('terraform', version, `${trimmed(urls.terraform)}/terraform/${version}`, 'sig'),
      };
    case 'opentofu':
      return {
        engine,
        binaryName: 'tofu',
        indexUrl: urls.opentofuIndex,
        versions: (index) => opentofuIndex.parse(index).versions.map(({ id }) => id),
        files: (version) => files('tofu', version, `${trimmed(urls.opentofuFiles)}/v${version}`, 'gpgsig'),
      };
  }
}

/** Beside OpenTofu's sums, `.sig` is cosign's. */
function files(product: string, version: string, base: string, signature: 'sig' | 'gpgsig'): ReleaseFiles {
  const zipName = `${product}_${version}_${platform()}.zip`;
  const sumsUrl = `${base}/${product}_${version}_SHA256SUMS`;
  return { zipName, zipUrl: `${base}/${zipName}`, sumsUrl, signatureUrl: `${sumsUrl}.${signature}` };
}

const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'linux',
  darwin: 'darwin',
  freebsd: 'freebsd',
  openbsd: 'openbsd',
};
const PROCESSORS: Partial<Record<NodeJS.Architecture, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'arm',
  ia32: '386',
};

function platform(): string {
  const system = SYSTEMS[process.platform];
  const processor = PROCESSORS[process.arch];
  if (system === undefined || processor === undefined) {
    throw TaskFailure.permanent(
      'ENGINE_PLATFORM_UNSUPPORTED',
      `There are no releases for ${process.platform} on ${process.arch}; put a binary on the agent's PATH instead.`,
    );
  }
  return `${system}_${processor}`;
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}
