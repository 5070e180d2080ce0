/**
 * Of an agent `a`: it keeps runs apart as far as its pool demands. The levels of `isAtLeast`, in SQL; an agent that says
 * none is as weak as can be.
 */
export const ISOLATED_ENOUGH = `exists (
  select 1 from pools p where p.id = a.pool_id
    and (p.run_isolation is null or a.isolation = 'sandbox' or a.isolation = p.run_isolation))`;
