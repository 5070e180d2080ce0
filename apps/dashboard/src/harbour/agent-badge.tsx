import surface from '../design/surface.module.css';
import type { Agent } from './queries.js';

const TONES = { alive: 'good', suspect: 'warn', draining: 'warn', lost: 'bad', stopped: 'none' } as const;

export function AgentBadge({ agent: { status } }: { readonly agent: Agent }) {
  return (
    <span className={surface.badge} data-tone={TONES[status]}>
      {status}
    </span>
  );
}
