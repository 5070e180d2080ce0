import type { Client, Schemas } from '@berth/client';
import type { Host } from '../connection/find-host.js';

/** What one check has found, and what to do where that is not well. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failure';
  readonly found: string;
  readonly advice?: string;
}

/** What the checks look at. */
export interface Patient {
  readonly host: Host;
  readonly client: Client;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type Installation = Schemas['Installation'];

export function ok(name: string, found: string): Finding {
  return { name, state: 'ok', found };
}

export function warning(name: string, found: string, advice: string): Finding {
  return { name, state: 'warning', found, advice };
}

export function failure(name: string, found: string, advice: string): Finding {
  return { name, state: 'failure', found, advice };
}
