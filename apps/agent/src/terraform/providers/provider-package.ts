import { join } from 'node:path';

/** One provider in one version for one platform, in the parts that its path has in `.terraform/providers`. */
export interface ProviderPackage {
  readonly host: string;
  readonly namespace: string;
  readonly type: string;
  readonly version: string;
  readonly platform: string;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
/** This machine, as terraform names it. */
export const PLATFORM = `${process.platform}_${ARCHITECTURES[process.arch] ?? process.arch}`;

/** The parts become directories, and a lock file is written by anybody. */
const PART = /^[\p{L}\p{N}_][\p{L}\p{N}._:+-]*$/u;
const DEFAULT_HOSTS = ['registry.terraform.io', 'registry.opentofu.org'];

/** Null for what is no path of a package, and for anything that could lead elsewhere. */
export function packageOf(parts: readonly string[]): ProviderPackage | null {
  const [host, namespace, type, version, platform, ...more] = parts;
  if (
    host === undefined ||
    namespace === undefined ||
    type === undefined ||
    version === undefined ||
    platform === undefined ||
    more.length > 0 ||
    !parts.every((part) => PART.test(part))
  ) {
    return null;
  }
  return { host, namespace, type, version, platform };
}

/** Below `.terraform/providers`, and below the store. */
export function pathOf({ host, namespace, type, version, platform }: ProviderPackage): string {
  return join(host, namespace, type, version, platform);
}

/** As terraform names it in its own lines. */
export function nameOf({ host, namespace, type, version }: ProviderPackage): string {
  const source = DEFAULT_HOSTS.includes(host) ? `${namespace}/${type}` : `${host}/${namespace}/${type}`;
  return `${source} ${version}`;
}
