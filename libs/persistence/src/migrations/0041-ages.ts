import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = [
  // What is old enough is found from its oldest row on; what has gone is in none of them.
  ['tasks_ended', 'tasks (finished_at, id) where finished_at is not null'],
  ['task_logs_by_age', 'task_logs (created_at, task_id)'],
  ['plans_with_file', 'plans (created_at, task_id) where sealed_file is not null'],
  ['agent_sessions_by_age', 'agent_sessions (coalesce(ended_at, created_at), id)'],
  [
    'dead_letters_closed',
    'dead_letters (greatest(replayed_at, discarded_at), id) where replayed_at is not null or discarded_at is not null',
  ],
  ['workspaces_deleted', 'workspaces (deleted_at) where deleted_at is not null'],
  // What refers to them without a foreign key.
  ['agent_sessions_of_agent', 'agent_sessions (agent_id)'],
  [
    'dead_letters_of_task',
    'dead_letters (task_id) where task_id is not null and replayed_at is null and discarded_at is null',
  ],
] as const;

/** Without a transaction, so that nobody waits while they are made. */
export class Ages1763640000041 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, definition] of INDEXES) {
      // What a process that died in the middle has left is invalid, and in the way of its name.
      await runner.query(`drop index concurrently if exists ${name}`);
      await runner.query(`create index concurrently ${name} on ${definition}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [name] of INDEXES) {
      await runner.query(`drop index concurrently if exists ${name}`);
    }
  }
}
