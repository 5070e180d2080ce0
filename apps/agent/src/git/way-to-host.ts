import { getProxyForUrl } from 'proxy-from-env';
import { AddressRefused, type AllowedAddresses } from '../addresses/allowed-addresses.js';
import { GuardedProxy } from '../addresses/guarded-proxy.js';
import { TaskFailure } from '../failures/task-failure.js';
import { gitFailure } from './git-failure.js';
import { pinnedSsh, sshRoute } from './ssh-route.js';

/** How git gets to the host of a source, and to nothing else. */
export interface WayToHost {
  /** Settings of git. */
  readonly settings: readonly (readonly [string, string])[];
  /** What ssh is called with beside ours. */
  readonly ssh: readonly string[];
  /** What must not be read anywhere. */
  readonly secrets: readonly string[];
  /** Why the host was not reached, where git itself cannot know. */
  failure(what: string): TaskFailure | null;
  close(): Promise<void>;
}

const BY_HTTP = /^https?:\/\//i;
const NOTHING_ELSE = {
  settings: [],
  ssh: [],
  secrets: [],
  failure: () => null,
  close: async () => undefined,
};

/**
 * By HTTP through a proxy of ours, which looks at every address that git connects to, after redirects too. Where the agent has
 * to use its network's proxy, that one finds the address: names are checked before, and redirects are not followed.
 * By ssh to the address that was checked.
 * @throws TaskFailure where the source leads to where it must not
 */
export async function wayToHost(url: string, allowed: AllowedAddresses): Promise<WayToHost> {
  try {
    if (!BY_HTTP.test(url)) {
      return { ...NOTHING_ELSE, ssh: await bySsh(url, allowed) };
    }
    const proxy = getProxyForUrl(url);
    return proxy === '' ? await guarded(allowed) : await by(proxy, url, allowed);
  } catch (error) {
    throw error instanceof AddressRefused ? refused(`git clone of ${url}`, error) : error;
  }
}

async function guarded(allowed: AllowedAddresses): Promise<WayToHost> {
  const proxy = await GuardedProxy.open(allowed);
  return {
    ...NOTHING_ELSE,
    settings: [
      ['http.proxy', proxy.url],
      ['http.proxyAuthMethod', 'basic'],
    ],
    secrets: [proxy.secret],
    failure: (what) => {
      const { trouble } = proxy;
      if (trouble === null) {
        return null;
      }
      return trouble instanceof AddressRefused
        ? refused(what, trouble)
        : gitFailure({ what, stderr: `fatal: ${trouble.message}`, exitCode: null });
    },
    close: async () => proxy.close(),
  };
}

async function by(proxy: string, url: string, allowed: AllowedAddresses): Promise<WayToHost> {
  await expectAllowed(new URL(url).hostname, allowed);
  return {
    ...NOTHING_ELSE,
    settings: [
      ['http.proxy', proxy],
      ['http.followRedirects', 'false'],
    ],
    secrets: URL.canParse(proxy) ? [new URL(proxy).password].filter((secret) => secret !== '') : [],
  };
}

async function bySsh(url: string, allowed: AllowedAddresses): Promise<readonly string[]> {
  const route = await sshRoute(url);
  if (route.isIndirect) {
    await expectAllowed(route.hostname, allowed);
    return [];
  }
  try {
    return pinnedSsh(route, await allowed.resolve(route.hostname));
  } catch (error) {
    if (error instanceof AddressRefused) {
      throw error;
    }
    const { code = 'no answer' } = error as NodeJS.ErrnoException;
    const stderr = `ssh: Could not resolve hostname ${route.hostname} (${code})`;
    throw gitFailure({ what: `git clone of ${url}`, stderr, exitCode: null });
  }
}

/** Somebody else finds the address: a name that is not known here may be known there. */
async function expectAllowed(host: string, allowed: AllowedAddresses): Promise<void> {
  await allowed.resolve(host).catch((error: unknown) => {
    if (error instanceof AddressRefused) {
      throw error;
    }
  });
}

function refused(what: string, error: AddressRefused): TaskFailure {
  return TaskFailure.permanent('GIT_ADDRESS_REFUSED', `${what} was refused: ${error.message}`, {
    cause: error,
  });
}
