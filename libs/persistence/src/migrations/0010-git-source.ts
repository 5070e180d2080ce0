import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A workspace may name a repository; a task keeps what was named when it was created, and the commit that it runs. */
export class GitSource1763640000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
alter table workspaces add column git_url text, add column git_branch text,
  add column git_path text not null default '',
  -- encrypted by the api
  add column sealed_git_token bytea;
alter table configurations add column git_url text, add column git_branch text, add column git_path text,
  add column git_commit text,
  add constraint fetched_configuration_has_commit check ((git_url is null) = (git_commit is null));
alter table tasks add column source jsonb;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
alter table tasks drop column source;
alter table configurations drop column git_url, drop column git_branch, drop column git_path, drop column git_commit;
alter table workspaces drop column git_url, drop column git_branch, drop column git_path, drop column sealed_git_token;`);
  }
}
