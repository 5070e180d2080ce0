import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a plan is compared with another one by, for as long as it may be: beside the plans, because these are replaced while
 * people still look at the one before. `digest` and `previous_digest` of `plans` are of processes from before, and can be
 * dropped when none of those runs any more.
 */
export class PlanDigests1763640000021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table plan_digests (
        task_id uuid not null references tasks on delete cascade,
        -- of the plan file: a task that plans again has another one
        plan_hash text not null,
        organization_id uuid not null references organizations,
        -- of the rules of equality, docs/plan-digest.md
        version int not null,
        -- names the workspace's key, and tells nothing of it
        key_id text not null,
        -- HMACs under that key, in hex
        effects text not null,
        context text not null,
        inputs text not null,
        -- name to the first 16 digits of an HMAC, of each change and each setting; null where they are too many
        entries jsonb,
        settings jsonb,
        created_at timestamptz(3) not null default now(),
        primary key (task_id, plan_hash)
      )`);
    await runner.query('create index plan_digests_of_organization on plan_digests (organization_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table plan_digests');
  }
}
