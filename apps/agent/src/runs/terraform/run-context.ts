import type { TaskAssignment } from '@berth/contracts';
import { Mask } from '@berth/masking';
import type { AllowedAddresses } from '../../addresses/allowed-addresses.js';
import type { ApiClient } from '../../api/api-client.js';
import type { EngineBinaries } from '../../engines/engine-installer.js';
import type { AgentEnv } from '../../env.js';
import type { Identity } from '../../identity.js';
import type { Isolation, RunLimits } from '../../processes/isolation/isolation.js';
import type { Manifest } from '../../slots/manifest.js';
import { SlotRun } from '../../slots/slot-run.js';
import type { Slot } from '../../slots/slot.js';
import type { WarmFacts } from '../../slots/warm-facts.js';
import type { DoorRoute } from '../../terraform/state-door/state-door.js';
import type { PhaseLog } from '../reporting/phase-log.js';
import type { RunMetrics } from '../reporting/run-metrics.js';
import type { UnsavedStates } from './unsaved-states.js';
import type { WorkloadIdentity } from './workload-identity.js';

/** A terraform task that this process has accepted, with all that it works with. */
export class TaskRun extends SlotRun {
  constructor(
    readonly assignment: TaskAssignment,
    slotId: number,
    private known: readonly string[],
  ) {
    super(assignment, slotId, Mask.of(known));
  }

  /** To be masked in whatever is told of it. */
  get secrets(): readonly string[] {
    return this.known;
  }

  /** A secret that it is given while it runs is masked from now on. */
  learn(secret: string): void {
    this.known = [...this.known, secret];
    this.mask = Mask.of(this.known);
  }
}

/** What a finished plan leaves in its slot. */
export interface SlotContents {
  readonly planHash: string;
  readonly treeDigest: string;
  readonly engine: { readonly path: string; readonly version: string };
}

/** What a run works with. */
export interface RunContext {
  readonly run: TaskRun;
  readonly slot: Slot;
  readonly env: AgentEnv;
  readonly identity: Identity;
  readonly isolation: Isolation;
  readonly limits: RunLimits;
  /** Where the agent goes itself in a user's name. */
  readonly allowed: AllowedAddresses;
  readonly api: ApiClient;
  /** The run's way to its state. */
  readonly state: DoorRoute;
  /** By what it shows to others what it is. */
  readonly workload: WorkloadIdentity;
  readonly engines: EngineBinaries;
  readonly unsavedStates: UnsavedStates;
  readonly log: PhaseLog;
  readonly metrics: RunMetrics;
  /** What lies in the slot. @throws an error of the disk */
  warmFacts(): Promise<WarmFacts>;
  /** Terraform is about to be started for an apply: from then on nobody says that it was not. @throws an error of the disk */
  begins(): Promise<void>;
  manifest(state: Manifest['state'], holds?: SlotContents): Manifest;
}
