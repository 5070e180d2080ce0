import { comparePlans, type PlanComparison, type PlanDigests } from '@berth/domain';
import type { Sql, Together } from '../database.js';
import { prepared } from '../statement.js';

/** Keeps what the plan with that hash is compared with others by. */
export async function keepPlanDigests(
  sql: Sql,
  taskId: string,
  planHash: string,
  digests: PlanDigests,
): Promise<void> {
  const { version, keyId, effects, context, inputs, entries, settings } = digests;
  await sql.rows(
    `insert into plan_digests
       (task_id, organization_id, plan_hash, version, key_id, effects, context, inputs, entries, settings)
     select id, organization_id, $2, $3, $4, $5, $6, $7, $8::jsonb, $9::jsonb from tasks where id = $1
     on conflict (task_id, plan_hash) do update set version = excluded.version, key_id = excluded.key_id,
       effects = excluded.effects, context = excluded.context, inputs = excluded.inputs, entries = excluded.entries,
       settings = excluded.settings`,
    [
      taskId,
      planHash,
      version,
      keyId,
      effects,
      context,
      inputs,
      entries && JSON.stringify(entries),
      settings && JSON.stringify(settings),
    ],
  );
}

/** Null where none could be made, or the plan is older than they are. */
export async function readPlanDigests(
  sql: Sql,
  taskId: string,
  planHash: string,
): Promise<PlanDigests | null> {
  const [digests] = await sql.rows<PlanDigests>(
    `select version, key_id as "keyId", effects, context, inputs, entries, settings
     from plan_digests where task_id = $1 and plan_hash = $2`,
    [taskId, planHash],
  );
  return digests ?? null;
}

export interface KeptDigests extends PlanDigests {
  readonly planHash: string;
}

const DIGESTS = prepared(
  `select task_id as "taskId", plan_hash as "planHash", version, key_id as "keyId", effects, context, inputs, entries,
     settings
   from plan_digests where task_id = any($1::uuid[])`,
);
const READING: Together<string, readonly KeptDigests[]> = {
  work: async (sql, taskIds) => {
    const kept = new Map<string, KeptDigests[]>(taskIds.map((id) => [id, []]));
    for (const { taskId, ...digests } of await sql.rows<KeptDigests & { taskId: string }>(DIGESTS, [
      taskIds,
    ])) {
      kept.get(taskId)?.push(digests);
    }
    return taskIds.map((id) => kept.get(id) ?? []);
  },
};

/** Of all plans of the task that are stored. */
export async function readKeptDigests(sql: Sql, taskId: string): Promise<readonly KeptDigests[]> {
  return sql.together(READING, taskId);
}

/**
 * What the plan with that hash is to the one that the task told people of before; null where there was none. A plan that
 * was stored and never told of, because its agent was lost, counts for nothing. From now on only this one's are kept.
 */
export async function compareWithPlanBefore(
  sql: Sql,
  task: { readonly id: string; readonly planHash: string | null },
  planHash: string,
  kept: readonly KeptDigests[],
): Promise<{ readonly digests: PlanDigests | null; readonly comparison: PlanComparison | null }> {
  const digestsOf = (hash: string): PlanDigests | null => {
    const row = kept.find((one) => one.planHash === hash);
    if (row === undefined) {
      return null;
    }
    const { planHash: _hash, ...digests } = row;
    return digests;
  };
  if (kept.some((row) => row.planHash !== planHash)) {
    await sql.rows('delete from plan_digests where task_id = $1 and plan_hash <> $2', [task.id, planHash]);
  }
  const digests = digestsOf(planHash);
  const comparison = task.planHash === null ? null : comparePlans(digestsOf(task.planHash), digests);
  return { digests, comparison };
}
