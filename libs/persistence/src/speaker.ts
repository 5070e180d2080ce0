/** A session of an agent that speaks for a task: over the broker as its signature proves, over HTTP as its token does. */
export interface Speaker {
  readonly agentId: string;
  readonly sessionId: string;
}

/**
 * SQL that is true of a task's row that the session may speak for: it is its agent's and its pool's, the session has not
 * ended, and the task was accepted in it, or in one before it that has. Every statement that an agent's word moves
 * repeats it, whichever way the word came.
 */
export function spokenFor(
  task: string,
  speaker: { readonly agent: string; readonly session: string },
): string {
  return `${task}.agent_id = ${speaker.agent} and exists (
    select 1 from agent_sessions speaking where speaking.id = ${speaker.session}::uuid
      and speaking.agent_id = ${task}.agent_id and speaking.pool_id = ${task}.pool_id and speaking.ended_at is null
      and (${task}.session_id is null or ${task}.session_id = speaking.id or exists (
        select 1 from agent_sessions before where before.id = ${task}.session_id and before.agent_id = speaking.agent_id
          and before.ended_at is not null)))`;
}
