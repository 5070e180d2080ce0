import type { BuildAssignment } from '@berth/contracts';
import { Mask } from '@berth/masking';
import type { ApiClient } from '../../api/api-client.js';
import type { AgentEnv } from '../../env.js';
import type { Identity } from '../../identity.js';
import type { Isolation, RunLimits } from '../../processes/isolation/isolation.js';
import { SlotRun } from '../../slots/slot-run.js';
import type { Slot } from '../../slots/slot.js';
import type { PhaseLog } from '../reporting/phase-log.js';

/** A build that this process has accepted. */
export class BuildRun extends SlotRun {
  constructor(
    readonly assignment: BuildAssignment,
    slotId: number,
    secrets: readonly string[],
  ) {
    super(assignment, slotId, Mask.of(secrets));
  }
}

/** What a build works with. */
export interface BuildContext {
  readonly run: BuildRun;
  readonly slot: Slot;
  readonly env: AgentEnv;
  readonly identity: Identity;
  readonly isolation: Isolation;
  readonly limits: RunLimits;
  readonly api: ApiClient;
  readonly log: PhaseLog;
}
