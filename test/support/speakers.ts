import { createHash, randomUUID } from 'node:crypto';
import { messageKeyOf } from '@berth/messaging';
import { openSession, type Database, type NewSession, type Speaker } from '@berth/persistence';

/** The session in which the task's agent would speak for it now. */
export async function speakerOf(database: Database, taskId: string): Promise<Speaker> {
  const [speaker] = await database.rows<Speaker>(
    `select a.id as "agentId", a.session_id as "sessionId" from tasks t join agents a on a.id = t.agent_id where t.id = $1`,
    [taskId],
  );
  // Nobody may speak for what has no agent.
  return speaker ?? { agentId: 'nobody', sessionId: randomUUID() };
}

/** The secret of the agent of this id, in tests. */
export function secretOf(agentId: string): string {
  return createHash('sha256').update(`the test's secret of ${agentId}`).digest('base64url');
}

/** Opens a session as the api does. Gives its id. */
export async function beginSession(
  database: Database,
  agent: Omit<NewSession, 'id' | 'tokenId' | 'secretHash' | 'messageKey' | 'brokerUser'>,
): Promise<string> {
  const id = randomUUID();
  const secret = secretOf(agent.agentId);
  const [token] = await database.rows<{ id: string }>(
    `insert into agent_tokens (organization_id, pool_id, name, token_hash) values ($1, $2, 'a test''s', $3) returning id`,
    [agent.organizationId, agent.poolId, createHash('sha256').update(id).digest()],
  );
  const opening = await openSession(database, {
    ...agent,
    id,
    tokenId: token?.id ?? '',
    secretHash: createHash('sha256').update(secret).digest(),
    messageKey: messageKeyOf(secret, id),
    brokerUser: null,
  });
  if (!opening.opened) {
    throw new Error(`no session of ${agent.agentId}: ${opening.why}`);
  }
  return id;
}
