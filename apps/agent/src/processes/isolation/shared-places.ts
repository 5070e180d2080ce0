import { isAbsolute, resolve, sep } from 'node:path';
import { ConfigError } from '@berth/config';
import type { AgentEnv } from '../../env.js';

/** What a run sees beside its slot and the system's programs. */
export interface SharedPlaces {
  /** What a person lets every run see: an error where that holds what is the agent's own. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** What other settings name: left out where it does. */
  readonly named: readonly string[];
}

/** Whose values are paths that what runs has to read. */
const FILES = ['SSL_CERT_FILE', 'SSL_CERT_DIR'];

/** What the agent's settings let every run see. */
export function sharedPlaces(
  settings: Pick<
    AgentEnv,
    'BERTH_RUN_READS' | 'BERTH_RUN_WRITES' | 'BERTH_TERRAFORM_CLI_CONFIG' | 'BERTH_PASS_THROUGH'
  >,
  env: NodeJS.ProcessEnv,
): SharedPlaces {
  const { BERTH_TERRAFORM_CLI_CONFIG: cliConfig, BERTH_RUN_READS: reads = [] } = settings;
  const values = [...FILES, ...settings.BERTH_PASS_THROUGH].map((name) => env[name]);
  return {
    reads,
    writes: settings.BERTH_RUN_WRITES ?? [],
    named: [cliConfig, ...values].flatMap((path) => (path !== undefined && isAbsolute(path) ? [path] : [])),
  };
}

/** @throws ConfigError where a person lets runs see what holds one of the agent's own places */
export function refuseOwn({ reads, writes }: SharedPlaces, own: readonly string[]): void {
  const faults = [
    ...reads.map((path) => ({ path, name: 'BERTH_RUN_READS' })),
    ...writes.map((path) => ({ path, name: 'BERTH_RUN_WRITES' })),
  ].filter(({ path }) => holdsAny(path, own));
  if (faults.length > 0) {
    throw new ConfigError(
      faults.map(
        ({ path, name }) => `${name} must not hold ${path}: below it is ${own.join(' or ')}, the agent's own`,
      ),
    );
  }
}

/** Whether a path is one of these, or above it. */
export function holdsAny(path: string, own: readonly string[]): boolean {
  const upper = resolve(path);
  return own.some((one) => one === upper || one.startsWith(upper.endsWith(sep) ? upper : upper + sep));
}
