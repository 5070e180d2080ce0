/** The code of an apply whose agent was lost: what it did is unknown, and its agent may be at work still. */
export const LOST_APPLY_CODE = 'AGENT_LOST_DURING_APPLY';

/**
 * SQL that is true of such an apply, `t` being its row, for as long as no person has taken over. Until then the
 * agent's state, log and result are worth more than none.
 */
export const LOST_APPLY_OPEN = `(t.status = 'failed' and t.error ->> 'code' = '${LOST_APPLY_CODE}' and t.needs_attention)`;
