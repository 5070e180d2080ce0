import surface from '../design/surface.module.css';
import type { Agent } from './queries.js';

const TONES = { alive: 'good', suspect: 'warn', draining: 'warn', lost: 'bad', stopped: 'none' } as const;

/** What state an agent is in, or that it is unwell. */
export function AgentBadge({ agent: { status, unwell } }: { readonly agent: Agent }) {
  return (
    <span className={surface.badge} data-tone={unwell ? 'bad' : TONES[status]}>
      {unwell ? 'unwell' : status}
    </span>
  );
}
