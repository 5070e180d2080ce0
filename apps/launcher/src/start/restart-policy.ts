/** What to do after a process has died by itself. */
export type RestartDecision = { kind: 'restart'; delayMs: number } | { kind: 'give-up' };

const LOOP_WINDOW_MS = 60_000;
const LOOP_RESTARTS = 5;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;

/** Decides by the times of the restarts so far: each within a minute doubles the pause, after five of them it stops. */
export function decideRestart(restarts: readonly number[], now: number): RestartDecision {
  const recent = restarts.filter((time) => now - time < LOOP_WINDOW_MS).length;
  if (recent >= LOOP_RESTARTS) {
    return { kind: 'give-up' };
  }
  return { kind: 'restart', delayMs: Math.min(FIRST_DELAY_MS * 2 ** recent, LONGEST_DELAY_MS) };
}
