/** How far an agent keeps what runs execute apart from itself and from each other, the strongest first. */
export const RUN_ISOLATION = ['sandbox', 'user', 'none'] as const;
export type RunIsolation = (typeof RUN_ISOLATION)[number];

/** What a pool may demand of its agents. */
export const DEMANDED_ISOLATION = ['sandbox', 'user'] as const satisfies readonly RunIsolation[];
export type DemandedIsolation = (typeof DEMANDED_ISOLATION)[number];

/** Whether a level is as strong as the one that is demanded, where any is; an agent that says none has the weakest. */
export function isAtLeast(level: RunIsolation | null, demanded: RunIsolation | null): boolean {
  const rank = (one: RunIsolation | null): number => RUN_ISOLATION.indexOf(one ?? 'none');
  return rank(level) <= rank(demanded);
}
