import { createHash } from 'node:crypto';
import { RunUser } from './run-user.js';

/** More than an agent may have slots. */
const EACH = 512;
/** Between what containers and systemd take for theirs and the end of signed numbers: 400,000 agents' worth. */
const FIRST = 1_900_000_000;
const BLOCKS = 400_000;
/** No slot has it: there, a level is tried. */
export const NO_SLOT = 0;

/**
 * The users of an agent's runs: one for each slot, behind this number, which is that of no slot. Their groups have the same
 * numbers.
 */
export class RunUsers {
  private readonly known = new Map<number, RunUser>();

  constructor(
    readonly first: number,
    private readonly inSandbox: boolean,
  ) {}

  of(slotId: number): RunUser {
    const user = this.known.get(slotId) ?? new RunUser(this.first + slotId, this.inSandbox);
    this.known.set(slotId, user);
    return user;
  }
}

/** Where no setting says it: of the agent's name and home, so that two agents of one machine have others, and each the same again. */
export function firstUserOf({ agentId, home }: { readonly agentId: string; readonly home: string }): number {
  const hash = createHash('sha256').update(`${agentId}\0${home}`).digest();
  return FIRST + (hash.readUInt32BE(0) % BLOCKS) * EACH;
}
