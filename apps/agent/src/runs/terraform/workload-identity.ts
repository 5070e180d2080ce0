import type { TaskAssignment } from '@berth/contracts';
import { wantedIdentities, type WantedIdentities } from '@berth/domain';
import type { AllowedAddresses } from '../../addresses/allowed-addresses.js';
import { removeAll } from '../../disk/remove-all.js';
import { TaskFailure } from '../../failures/task-failure.js';
import type { SlotRun } from '../../slots/slot-run.js';
import type { Slot } from '../../slots/slot.js';
import {
  writeIdentities,
  type GivenIdentity,
  type VaultLogin,
} from '../../terraform/identities/identity-files.js';
import { logInToVault, logOutOfVault, type VaultPlace } from '../../terraform/identities/vault-login.js';
import type { PhaseLog } from '../reporting/phase-log.js';

interface IdentifiedRun extends Pick<SlotRun, 'taskId' | 'phase' | 'signal' | 'mask'> {
  readonly assignment: Pick<TaskAssignment, 'variables' | 'identityTokens'>;
  learn(secret: string): void;
}

interface Session extends VaultPlace {
  readonly login: VaultLogin;
}

/** By what one phase of a run shows to others what it is: from before its first command to its end. */
export class WorkloadIdentity {
  private session: Session | null = null;

  constructor(
    private readonly run: IdentifiedRun,
    private readonly slot: Slot,
    private readonly log: PhaseLog,
    private readonly allowed: AllowedAddresses,
  ) {}

  /** Gives the environment in which providers find it. @throws TaskFailure where there is none of what is asked for */
  async begin(): Promise<Readonly<Record<string, string>>> {
    const given = this.given();
    if (given.length === 0) {
      return {};
    }
    const vault = await this.logIn(given);
    const environment = await writeIdentities(this.slot.identity, this.run.taskId, given, vault);
    this.say(given);
    return environment;
  }

  /** What it is known by is gone when the work is done, whatever comes of that. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      await this.end();
    }
  }

  private async end(): Promise<void> {
    const { session } = this;
    this.session = null;
    if (session !== null) {
      await logOutOfVault(session, session.login).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        this.log.text.line(`the run's token of Vault was not revoked and ends by itself: ${why}`);
      });
    }
    await removeAll(this.slot.identity).catch((error: unknown) => {
      this.log.text.line(`the run's identity tokens are left until the slot is emptied: ${String(error)}`);
    });
  }

  private given(): GivenIdentity[] {
    const { variables, identityTokens } = this.run.assignment;
    const { wanted, faults } = wantedIdentities(
      variables.filter(({ category }) => category === 'env'),
      this.run.phase === 'plan' ? 'plan' : 'apply',
    );
    expectNone(faults);
    return wanted.map((one) => {
      const token = identityTokens.find(({ name }) => name === one.name)?.token;
      if (token === undefined) {
        throw TaskFailure.permanent(
          'WORKLOAD_IDENTITY_OFF',
          `The variables of the workspace ask for an identity token (${one.name}), and Berth issues none: workload identity is on where the api's BERTH_PUBLIC_URL is set and begins with https://.`,
        );
      }
      return { wanted: one, token };
    });
  }

  private async logIn(given: readonly GivenIdentity[]): Promise<VaultLogin | null> {
    for (const { wanted, token } of given) {
      if (wanted.for === 'vault') {
        const vault = { vault: wanted, allowed: this.allowed };
        const login = await logInToVault(vault, token, this.run.signal);
        this.session = { ...vault, login };
        this.run.learn(login.token);
        this.log.text.maskWith(this.run.mask);
        return login;
      }
    }
    return null;
  }

  private say(given: readonly GivenIdentity[]): void {
    const [first] = this.run.assignment.identityTokens;
    const names = given.map(({ wanted }) => wanted.name).join(', ');
    this.log.text.line(
      `identity tokens of this ${this.run.phase}: ${names} (until ${first?.expiresAt ?? ''})`,
    );
  }
}

function expectNone(faults: WantedIdentities['faults']): void {
  if (faults.length > 0) {
    throw TaskFailure.permanent(
      'WORKLOAD_IDENTITY_INCOMPLETE',
      `What the variables of the workspace say of its identities is not complete: ${faults.join('; ')}.`,
    );
  }
}
