import type { CallerKind } from '../auth/caller.js';

/** How callers show who they are, under the names that the document has for it. */
export const SECURITY_SCHEMES = {
  userKey: { type: 'http', scheme: 'bearer', description: 'A user’s key' },
  userKeyHeader: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same key' },
  poolToken: { type: 'http', scheme: 'bearer', description: 'The token of a pool, with which agents join' },
  agentSession: { type: 'http', scheme: 'bearer', description: 'The token of an agent’s session' },
  taskToken: {
    type: 'http',
    scheme: 'basic',
    description:
      'As the password: the token of a task’s attempt, or a user’s key, for terraform’s http backend',
  },
  workerToken: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Worker-Token',
    description: 'The token of a build worker',
  },
  buildToken: { type: 'apiKey', in: 'header', name: 'X-Build-Token', description: 'A build’s own token' },
  machineToken: {
    type: 'apiKey',
    in: 'header',
    name: 'X-VM-Token',
    description: 'The token of the machine in which a worker builds',
  },
} as const;

const SHOWN_BY: Readonly<Record<CallerKind, readonly (keyof typeof SECURITY_SCHEMES)[]>> = {
  user: ['userKey', 'userKeyHeader'],
  pool: ['poolToken'],
  agent: ['agentSession'],
  task: ['taskToken'],
  worker: ['workerToken'],
  build: ['buildToken'],
  machine: ['machineToken'],
};

/** Any one of these opens an operation for these callers; none is needed where it is open to anyone. */
export function securityOf(kinds: readonly CallerKind[] | null): Record<string, string[]>[] {
  return (kinds ?? []).flatMap((kind) => SHOWN_BY[kind].map((scheme) => ({ [scheme]: [] })));
}
