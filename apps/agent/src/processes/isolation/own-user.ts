import { limited } from './limited.js';
import type { Confined, Confinement, Isolation, Program } from './isolation.js';
import type { RunUsers } from './run-users.js';
import type { RunUser } from './run-user.js';

/**
 * Runs have a user of their own, another one in each slot: they reach the files of their slot and what everybody on the
 * machine may, and no process but those of that user. For an agent that starts as root, where no sandbox is to be had.
 */
export class OwnUser implements Isolation {
  readonly level = 'user';

  /** @param setpriv takes away that a program may give them more rights than they have (sudo, su) */
  constructor(
    private readonly tools: { readonly setpriv: string; readonly prlimit: string | null },
    private readonly users: RunUsers,
  ) {}

  userOf(slotId: number): RunUser {
    return this.users.of(slotId);
  }

  confine(program: Program, { user, limits }: Confinement): Confined {
    const { setpriv, prlimit } = this.tools;
    if (user === null) {
      // The kernel would count all processes of the agent's user.
      return { ...limited(program, { ...limits, processes: undefined }, prlimit), sandbox: null, user };
    }
    const { file, args, cwd, env } = limited(program, limits, prlimit);
    return {
      file: setpriv,
      args: ['--no-new-privs', file, ...args],
      cwd,
      env,
      sandbox: null,
      user,
      byShell: true,
    };
  }
}
