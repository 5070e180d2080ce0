import { tmpdir } from 'node:os';
import { findIsolation } from '../../apps/agent/src/processes/isolation/find-isolation.js';
import { pathWithBubblewrap } from './bubblewrap-program.js';

/** A PATH for agents that are to have sandboxes; where this machine allows none, why. */
export async function pathForSandboxes(): Promise<{ readonly path: string } | string> {
  const found = await pathWithBubblewrap();
  if (typeof found === 'string') {
    return found;
  }
  const { isolation, lacks } = await findIsolation({
    demanded: undefined,
    searchPath: found.path,
    own: [],
    reads: [],
    writes: [],
    named: [],
    firstUser: null,
    scratch: tmpdir(),
    processes: 512,
  });
  return isolation.level === 'sandbox' ? found : String(lacks);
}
