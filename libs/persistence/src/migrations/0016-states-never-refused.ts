import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whatever terraform could not save is kept: the state of a first apply has no lineage yet, what a full disk has cut off
 * has no serial, and one attempt may leave two, a file and what it printed.
 */
export class StatesNeverRefused1763640000016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table unsaved_states
        alter column serial drop not null,
        alter column lineage drop not null,
        add column fault text,
        drop constraint unsaved_state_once,
        add constraint unsaved_state_once unique (task_id, attempt, sha256)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      "update unsaved_states set serial = coalesce(serial, 0), lineage = coalesce(lineage, '')",
    );
    await runner.query(`
      alter table unsaved_states
        alter column serial set not null,
        alter column lineage set not null,
        drop column fault,
        drop constraint unsaved_state_once,
        add constraint unsaved_state_once unique (task_id, attempt)`);
  }
}
