/** What an agent or a worker is that is here: a person may want it to take no more work, whatever was thought of it meanwhile. */
export function standingOf(row: string): string {
  return `case when ${row}.drain_requested_at is null then 'alive' else 'draining' end`;
}
