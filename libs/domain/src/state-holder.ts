/** Who else holds the lock of the workspace's state, in their own words where they gave some. */
export interface StateHolder {
  readonly who: string | null;
  readonly operation: string | null;
  /** The task that holds it; null where a person does. */
  readonly taskId: string | null;
  /** RFC 3339, UTC. */
  readonly since: string;
}

/** `ada@laptop for OperationTypeApply since 2026-11-20T22:10:58Z` */
export function holderInWords({ who, operation, since }: StateHolder): string {
  return `${who ?? 'somebody'}${operation === null ? '' : ` for ${operation}`} since ${since}`;
}
