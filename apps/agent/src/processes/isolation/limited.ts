import type { Confined, Program, RunLimits } from './isolation.js';

/** Shells disagree on the letter: bash has -u, dash and BusyBox -p. */
const processLimit = (count: number): string => `{ ulimit -u ${count} 2>/dev/null || ulimit -p ${count}; }`;

/**
 * The program, as a command that sets its limits and becomes it: the pid stays. By `prlimit` of util-linux where there is
 * one: a shell keeps variables from the program whose names are none of its own (TF_VAR_my-name).
 */
export function limited(
  program: Program,
  { memoryMb, processes }: RunLimits,
  prlimit: string | null = null,
): Program & Pick<Confined, 'byShell'> {
  if (memoryMb === undefined && processes === undefined) {
    return { ...program, byShell: false };
  }
  const { file, args, cwd, env } = program;
  const made = { cwd, env, byShell: true };
  if (prlimit !== null) {
    const limits = [
      ...(processes === undefined ? [] : [`--nproc=${processes}`]),
      ...(memoryMb === undefined ? [] : [`--data=${memoryMb * 1024 * 1024}`]),
    ];
    return { ...made, file: prlimit, args: [...limits, file, ...args] };
  }
  const steps = [
    ...(processes === undefined ? [] : [processLimit(processes)]),
    ...(memoryMb === undefined ? [] : [`ulimit -d ${memoryMb * 1024}`]),
  ];
  const script = [...steps, 'exec "$@"'].join(' && ');
  return { ...made, file: '/bin/sh', args: ['-c', script, 'sh', file, ...args] };
}
