import type { Schemas } from '@berth/client';

type Status = Schemas['Task']['status'];

export type StatusTone = 'good' | 'bad' | 'warn' | 'busy' | 'none';

interface Look {
  readonly label: string;
  readonly tone: StatusTone;
  readonly mark: 'check' | 'cross' | 'hand' | 'turning' | 'clock' | 'dash';
}

/** How each state of a run is called and drawn: by word, colour and shape. */
export const STATUS: Readonly<Record<Status, Look>> = {
  pending: { label: 'waiting', tone: 'none', mark: 'clock' },
  assigned: { label: 'starting', tone: 'busy', mark: 'turning' },
  planning: { label: 'planning', tone: 'busy', mark: 'turning' },
  apply_pending: { label: 'needs confirmation', tone: 'warn', mark: 'hand' },
  apply_queued: { label: 'confirmed', tone: 'busy', mark: 'clock' },
  applying: { label: 'applying', tone: 'busy', mark: 'turning' },
  running: { label: 'running', tone: 'busy', mark: 'turning' },
  succeeded: { label: 'succeeded', tone: 'good', mark: 'check' },
  failed: { label: 'failed', tone: 'bad', mark: 'cross' },
  cancelled: { label: 'cancelled', tone: 'none', mark: 'dash' },
  discarded: { label: 'discarded', tone: 'none', mark: 'dash' },
};

const OPERATIONS: Readonly<Record<string, string>> = {
  plan: 'plan only',
  plan_and_apply: 'plan and apply',
  apply: 'apply a saved plan',
  destroy: 'destroy',
};

export function operationInWords(operation: string | null): string {
  return operation === null ? 'build' : (OPERATIONS[operation] ?? operation);
}

/** `user:ada@example.com` → `ada@example.com`; a key keeps its kind. */
export function actorInWords(actor: string): string {
  const [kind = '', name = ''] = actor.split(/:(.*)/s);
  return kind === 'user' ? name : kind === 'key' ? `key “${name}”` : actor;
}
