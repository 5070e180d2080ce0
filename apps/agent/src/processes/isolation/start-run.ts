import { killGroup } from '../process-group.js';
import type { Confined, ConfinedOptions, Confinement, Program } from './isolation.js';
import { launch, type Launched, type Outputs } from './launch.js';

export interface Started extends Launched {
  readonly confined: Confined;
  /** Just before there was a process. */
  readonly startedAt: Date;
  /**
   * The process has ended: so does whatever it has left behind, as far as that can be told. Before anything is read of what it has
   * made. @throws TaskFailure
   */
  over(): Promise<void>;
}

/**
 * Starts a process of a run, with what it may reach and take.
 * @returns why it was not started where it was not
 * @throws TaskFailure where it may not be
 */
export async function startRun(
  program: Program,
  confinement: Confinement,
  options: ConfinedOptions,
  outputs?: Outputs,
): Promise<Started | { readonly notStarted: unknown }> {
  const { isolation, user, reach } = confinement;
  const confined = isolation.confine(program, confinement, options);
  await user?.enter(reach);
  const startedAt = new Date();
  const started = await launch(confined, outputs);
  if ('notStarted' in started) {
    await user?.leave();
    return started;
  }
  let left: Promise<void> | null = null;
  const over = async (): Promise<void> => {
    if (left === null) {
      // At once: the pid may be another process's soon.
      killGroup(started.pid);
      left = user === null ? Promise.resolve() : user.leave();
    }
    await left;
  };
  return { ...started, confined, startedAt, over };
}
