/**
 * Signals to a child that leads its own process group (spawned detached). While the child is not reaped its
 * pid cannot be given to another process, and while a member lives neither can the group's number.
 */

/** To the leader only: providers must outlive terraform's own shutdown, or what they were creating is lost. */
export function signalLeader(pid: number, signal: NodeJS.Signals): boolean {
  return send(pid, signal);
}

/** To every process of the group. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  return send(-pid, signal);
}

/** SIGKILL to whatever is left of the group; false when nothing was. */
export function killGroup(pid: number): boolean {
  return send(-pid, 'SIGKILL');
}

/** SIGKILL to a run that has not ended: to its leader as well, which has no group yet in a sandbox's first moments. */
export function killRun(pid: number): void {
  killGroup(pid);
  killProcess(pid);
}

/** SIGKILL to one process alone. */
export function killProcess(pid: number): boolean {
  return send(pid, 'SIGKILL');
}

/** -1 is every process of the machine, 0 those of our own group, and 1 the machine's first: none of them is a run. */
function isRun(target: number): boolean {
  return Number.isInteger(target) && Math.abs(target) > 1;
}

function send(target: number, signal: NodeJS.Signals): boolean {
  if (!isRun(target)) {
    return false;
  }
  try {
    return process.kill(target, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // EPERM: what is left runs as another user (sudo in a local-exec).
    if (code === 'ESRCH' || code === 'EPERM') {
      return false;
    }
    throw error;
  }
}
