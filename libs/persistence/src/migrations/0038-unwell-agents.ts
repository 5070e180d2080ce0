import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which agents failed a task last, and what an agent's own failures make of it. */
export class UnwellAgents1763640000038 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table tasks add failed_agents text[] not null default '{}'`);
    await runner.query(`alter table agents
      add failures_in_row integer not null default 0 check (failures_in_row >= 0),
      add unwell_since timestamptz(3),
      add unwell_until timestamptz(3),
      add unwell_reason text,
      add constraint unwell_says_why check ((unwell_since is null) = (unwell_until is null)
        and (unwell_since is null) = (unwell_reason is null))`);
    await runner.query(NOTICE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger note_unwell_agents on agents; drop function note_unwell_agents()');
    await runner.query(`alter table agents drop constraint unwell_says_why, drop failures_in_row,
      drop unwell_since, drop unwell_until, drop unwell_reason`);
    await runner.query('alter table tasks drop failed_agents');
  }
}

/** As the other changes of an agent's row (0027). */
const NOTICE = `
create function note_unwell_agents() returns trigger language plpgsql as $$
declare
  organizations uuid[];
  refs text[];
begin
  select array_agg(n.organization_id), array_agg(n.id) into organizations, refs
    from new_rows n join old_rows o using (id)
    where (n.unwell_since, n.unwell_reason) is distinct from (o.unwell_since, o.unwell_reason);
  if refs is not null then
    insert into changes (organization_id, kind, ref) select c.o, 'agent', c.r from unnest(organizations, refs) as c(o, r);
    raise notice 'berth.changes' using detail = jsonb_build_object('kind', 'agent',
      'organizationIds', to_jsonb(organizations), 'refs', to_jsonb(refs))::text;
  end if;
  return null;
end $$;
create trigger note_unwell_agents after update on agents referencing old table as old_rows new table as new_rows
  for each statement execute function note_unwell_agents();`;
