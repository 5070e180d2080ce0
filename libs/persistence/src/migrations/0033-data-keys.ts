import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Keys that seal, wrapped with a key that is elsewhere, and how far each has sealed what others had. Logs and configurations
 * are sealed as well from now on: of before they are plain, which a chunk without `plain_bytes` says.
 *
 * BREAKING: an api of before reads nothing that is sealed with a data key. Stop them all before the first new one starts.
 */
export class DataKeys1763640000033 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create table data_keys (
  id int generated always as identity primary key,
  kind text not null check (kind in ('root', 'data')),
  wrapped_key bytea not null,
  wrapped_by text not null,
  wrapped_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  resealed_at timestamptz
);
create unique index data_keys_one_root on data_keys (kind) where kind = 'root';

create table resealed_columns (
  data_key_id int not null references data_keys on delete cascade,
  place text not null,
  after text not null,
  seen bigint not null,
  resealed bigint not null,
  resealed_in_pass bigint not null,
  finished_at timestamptz,
  primary key (data_key_id, place)
);

alter table task_log_chunks add column plain_bytes int check (plain_bytes > 0);
alter table configurations add column is_sealed boolean not null default false;
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
alter table configurations drop column is_sealed;
alter table task_log_chunks drop column plain_bytes;
drop table resealed_columns;
drop table data_keys;
`);
  }
}
