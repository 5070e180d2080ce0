import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By table: the columns that refer to others. */
const INDEXES: readonly (readonly [table: string, column: string, where?: string])[] = [
  ['agent_sessions', 'organization_id'],
  ['agent_sessions', 'pool_id'],
  ['agent_tokens', 'organization_id'],
  ['agent_tokens', 'pool_id'],
  ['agents', 'organization_id'],
  ['agents', 'pool_id'],
  ['agents', 'session_id'],
  ['build_artifacts', 'organization_id'],
  ['builds', 'organization_id'],
  ['configurations', 'organization_id'],
  ['dead_letters', 'organization_id', 'organization_id is not null'],
  ['plans', 'organization_id'],
  ['slots', 'organization_id'],
  ['slots', 'pool_id'],
  ['state_locks', 'organization_id'],
  ['state_versions', 'organization_id'],
  ['state_versions', 'task_id', 'task_id is not null'],
  ['stored_objects', 'organization_id'],
  ['task_logs', 'organization_id'],
  ['tasks', 'configuration_id', 'configuration_id is not null'],
  ['tasks', 'pool_id'],
  ['unsaved_states', 'organization_id'],
  ['variable_set_variables', 'organization_id'],
  ['variable_set_workspaces', 'organization_id'],
  ['variables', 'organization_id'],
  ['worker_tokens', 'organization_id'],
  ['workspaces', 'pool_id'],
];

/** Of each row of them, its task's row has the organization as well. */
const OF_TASKS = ['task_events', 'task_log_chunks'] as const;

/**
 * What is removed is looked for in all that refers to it: with 300,000 tasks a workspace of 300 could not be deleted, since
 * each task was looked for in all states. The two tables that grow by each line of each task are not made to write one more
 * index for the day on which an organization ends: their tasks refer to it for them. Without a transaction, so that nobody
 * waits while the indexes are made.
 */
export class ForeignKeys1763640000036 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column, where] of INDEXES) {
      const name = `${table}_refers_by_${column}`;
      // What a process that died in the middle has left is invalid, and in the way of its name.
      await runner.query(`drop index concurrently if exists ${name}`);
      await runner.query(
        `create index concurrently ${name} on ${table} (${column})${where === undefined ? '' : ` where ${where}`}`,
      );
    }
    for (const table of OF_TASKS) {
      await runner.query(`alter table ${table} drop constraint if exists ${table}_organization_id_fkey`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of OF_TASKS) {
      await runner.query(
        `alter table ${table} add foreign key (organization_id) references organizations not valid`,
      );
    }
    for (const [table, column] of INDEXES) {
      await runner.query(`drop index concurrently if exists ${table}_refers_by_${column}`);
    }
  }
}
