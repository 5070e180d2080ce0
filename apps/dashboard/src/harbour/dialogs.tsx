import { AgentDialog } from './agent-dialog.js';
import { BerthDialog } from './berth-dialog.js';
import type { Agent, Slot } from './queries.js';

interface DialogsProps {
  /** What is open. */
  readonly slot: Slot | undefined;
  readonly agent: Agent | undefined;
  readonly closeSlot: () => void;
  readonly closeAgent: () => void;
}

/** What somebody has opened in the harbour: loaded then, and not with the first page. */
export function Dialogs({ slot, agent, closeSlot, closeAgent }: DialogsProps) {
  return (
    <>
      {slot === undefined ? null : <BerthDialog slot={slot} onClose={closeSlot} />}
      {agent === undefined ? null : <AgentDialog agent={agent} onClose={closeAgent} />}
    </>
  );
}
