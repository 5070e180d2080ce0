import type { Database } from '../database.js';

/** The attempt of a build for workers that one of them owns now. */
export interface OwnedBuild {
  readonly taskId: string;
  readonly attempt: number;
  readonly organizationId: string;
  readonly agentId: string;
}

/** SQL: the task `t` is a worker's at this moment. */
const OWNED = "t.platform is not null and t.agent_id is not null and t.status in ('assigned', 'running')";

/** Null: no worker owns it (any more), or there is no such build. */
export async function readOwnedBuild(database: Database, taskId: string): Promise<OwnedBuild | null> {
  const [build] = await database.rows<OwnedBuild>(
    `select t.id as "taskId", t.attempt, t.organization_id as "organizationId", t.agent_id as "agentId"
     from tasks t where t.id = $1 and ${OWNED}`,
    [taskId],
  );
  return build ?? null;
}

export interface MachineToken {
  readonly tokenHash: Buffer;
  /** How long it is good, should the attempt last for longer. */
  readonly seconds: number;
  /** How long after the assignment the machine may ask for it. */
  readonly withinSeconds: number;
}

/** Opens the attempt to its machine, once. Null: it has been opened, or it is too late. Gives until when. */
export async function openToMachine(
  database: Database,
  build: OwnedBuild,
  token: MachineToken,
): Promise<Date | null> {
  const [opened] = await database.rows<{ expiresAt: Date }>(
    `with opened as (
       insert into build_machines (task_id, organization_id, attempt, token_hash, expires_at)
       select t.id, t.organization_id, t.attempt, $3, now() + $4::int * interval '1 second' from tasks t
       where t.id = $1 and t.attempt = $2 and ${OWNED} and t.assigned_at > now() - $5::int * interval '1 second'
       on conflict (task_id) do update set attempt = excluded.attempt, token_hash = excluded.token_hash,
         expires_at = excluded.expires_at, ready_at = null where build_machines.attempt < excluded.attempt
       returning expires_at
     )
     select expires_at as "expiresAt" from opened`,
    [build.taskId, build.attempt, token.tokenHash, token.seconds, token.withinSeconds],
  );
  return opened?.expiresAt ?? null;
}

/** The build that the machine with this token may work on; null where its attempt is over. */
export async function buildOfMachine(database: Database, tokenHash: Buffer): Promise<OwnedBuild | null> {
  const [build] = await database.rows<OwnedBuild>(
    `select t.id as "taskId", t.attempt, t.organization_id as "organizationId", t.agent_id as "agentId"
     from build_machines m join tasks t on t.id = m.task_id and t.attempt = m.attempt
     where m.token_hash = $1 and m.expires_at > now() and ${OWNED}`,
    [tokenHash],
  );
  return build ?? null;
}

/** The machine has booted; the first time counts. Null: it has not authenticated. */
export async function noteMachineReady(
  database: Database,
  { taskId, attempt }: Pick<OwnedBuild, 'taskId' | 'attempt'>,
): Promise<Date | null> {
  const [machine] = await database.rows<{ readyAt: Date }>(
    `with ready as (
       update build_machines set ready_at = coalesce(ready_at, now()) where task_id = $1 and attempt = $2
       returning ready_at
     )
     select ready_at as "readyAt" from ready`,
    [taskId, attempt],
  );
  return machine?.readyAt ?? null;
}

/** Since when the machine of the build's present attempt is ready; null where it is not. */
export async function readMachineReady(database: Database, taskId: string): Promise<Date | null> {
  const [machine] = await database.rows<{ readyAt: Date | null }>(
    `select m.ready_at as "readyAt" from build_machines m
     join tasks t on t.id = m.task_id and t.attempt = m.attempt where m.task_id = $1`,
    [taskId],
  );
  return machine?.readyAt ?? null;
}
