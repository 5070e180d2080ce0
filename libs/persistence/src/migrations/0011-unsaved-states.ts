import type { MigrationInterface, QueryRunner } from 'typeorm';

/** States that terraform could not save: each is the only copy until a person has pushed or discarded it. */
export class UnsavedStates1763640000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table unsaved_states (
        id uuid primary key default gen_random_uuid(),
        organization_id uuid not null references organizations,
        workspace_id uuid not null references workspaces on delete cascade,
        task_id uuid not null references tasks on delete cascade,
        attempt int not null,
        serial bigint not null,
        lineage text not null,
        sha256 text not null,
        size_bytes int not null,
        -- encrypted by the api, as a version of the state is
        sealed_content bytea not null,
        resolution text check (resolution in ('pushed', 'discarded')),
        resolved_by text,
        resolved_at timestamptz(3),
        created_at timestamptz(3) not null default now(),
        constraint unsaved_state_once unique (task_id, attempt),
        constraint unsaved_state_resolution_is_whole
          check ((resolution is null) = (resolved_at is null) and (resolution is null) = (resolved_by is null))
      )`);
    await runner.query('alter table unsaved_states alter column sealed_content set storage external');
    await runner.query(
      'create index unsaved_states_open on unsaved_states (workspace_id) where resolved_at is null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table unsaved_states');
  }
}
