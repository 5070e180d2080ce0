import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = [
  // Each task that is deleted, as with its workspace, has to be looked for here: 50,000 took longer than 20 s without.
  ['tasks_of_plan', 'tasks (plan_task_id) where plan_task_id is not null'],
  ['agents_here', "agents (pool_id) where status in ('alive', 'suspect', 'draining')"],
  ['agents_gone', "agents (updated_at) where status in ('lost', 'stopped')"],
] as const;

/**
 * What is counted every few seconds for the metrics: agents that are here, among all that ever were. For the tasks that
 * wait there is tasks_waiting of 0026, whose condition is the same; a second one would cost each move of a task. Without a
 * transaction, so that nobody waits while they are made.
 */
export class CountedRows1763640000029 implements MigrationInterface {
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
