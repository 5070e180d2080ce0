import { WaitingCode } from '@berth/domain';

const WORDS: Readonly<Record<WaitingCode, string>> = {
  [WaitingCode.behindTask]: 'another run of its workspace',
  [WaitingCode.needsAttention]: 'a person to look at its workspace',
  [WaitingCode.stateLocked]: 'the lock of the state',
  [WaitingCode.retryLater]: 'its next try',
  [WaitingCode.noAgent]: 'an agent: none is alive',
  [WaitingCode.noIdleSlot]: 'an idle slot: all are in use',
  [WaitingCode.agentsBusy]: 'an agent with room: all are busy',
  [WaitingCode.reservedSlotsAgent]: 'the agent that has its reserved slot',
  [WaitingCode.notAccepted]: 'its agent to accept',
  [WaitingCode.confirmation]: 'a person to confirm',
  [WaitingCode.confirmationPlansAgain]: 'a person to confirm (it plans again first)',
  [WaitingCode.confirmationRestoresPlan]: 'a person to confirm (the stored plan is applied elsewhere)',
  [WaitingCode.claimDue]: 'a slot: one is free',
};

/** Why one run waits. The api names a run in its way by id; a page has a link to it. */
export function whyInWords({ code, message }: { readonly code: string; readonly message: string }): string {
  return code === WaitingCode.behindTask ? 'another run of its workspace goes first' : message;
}

/** What a run waits for, by its code; a newer api may know more of them. */
export function waitingInWords(code: string): string {
  return (WORDS as Readonly<Record<string, string>>)[code] ?? code.toLowerCase().replaceAll('_', ' ');
}
