import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How many more tasks each agent can be given, by index: a claim reads the first rows of its pool instead of counting the slots of
 * the whole fleet. Workers ask for themselves: their rows are not open. The triggers are deferred: rows are locked in the order agent, workspace, task, slot, and this one comes
 * last, when the transaction commits.
 */
const ROOMS = `
create table agent_rooms (
  agent_id text primary key references agents on delete cascade,
  pool_id uuid not null,
  open boolean not null,
  concurrency integer not null,
  running integer not null default 0 check (running >= 0),
  idle integer not null default 0 check (idle >= 0),
  reserved integer not null default 0 check (reserved >= 0),
  room integer not null generated always as (
    case when open then greatest(0, least(concurrency - running, idle)) else 0 end) stored
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
create index agent_rooms_by_room on agent_rooms (pool_id, room desc, agent_id) where room > 0;

create function agent_rooms_follow_agents() returns trigger language plpgsql as $$
begin
  insert into agent_rooms (agent_id, pool_id, open, concurrency)
  select id, pool_id, status = 'alive' and kind = 'agent', concurrency from agents where id = new.id
  on conflict (agent_id) do update set
    pool_id = excluded.pool_id, open = excluded.open, concurrency = excluded.concurrency
  where (agent_rooms.pool_id, agent_rooms.open, agent_rooms.concurrency)
    is distinct from (excluded.pool_id, excluded.open, excluded.concurrency);
  return null;
end $$;
create constraint trigger agent_rooms_of_new_agents after insert on agents
  deferrable initially deferred for each row execute function agent_rooms_follow_agents();
create constraint trigger agent_rooms_of_changed_agents after update of status, pool_id, concurrency on agents
  deferrable initially deferred for each row
  when ((old.status, old.pool_id, old.concurrency) is distinct from (new.status, new.pool_id, new.concurrency))
  execute function agent_rooms_follow_agents();

create function agent_rooms_follow_slots() returns trigger language plpgsql as $$
declare
  was text := case when tg_op <> 'INSERT' then old.state end;
  becomes text := case when tg_op <> 'DELETE' then new.state end;
begin
  update agent_rooms set
    running = running + (becomes is not distinct from 'running')::int - (was is not distinct from 'running')::int,
    idle = idle + (becomes is not distinct from 'idle')::int - (was is not distinct from 'idle')::int,
    reserved = reserved + (becomes is not distinct from 'reserved')::int - (was is not distinct from 'reserved')::int
  where agent_id = case when tg_op = 'DELETE' then old.agent_id else new.agent_id end;
  return null;
end $$;
create constraint trigger agent_rooms_of_new_slots after insert or delete on slots
  deferrable initially deferred for each row execute function agent_rooms_follow_slots();
create constraint trigger agent_rooms_of_changed_slots after update of state on slots
  deferrable initially deferred for each row when (old.state is distinct from new.state) execute function agent_rooms_follow_slots();

insert into agent_rooms (agent_id, pool_id, open, concurrency, running, idle, reserved)
select a.id, a.pool_id, a.status = 'alive' and a.kind = 'agent', a.concurrency,
  count(*) filter (where s.state = 'running'), count(*) filter (where s.state = 'idle'),
  count(*) filter (where s.state = 'reserved')
from agents a left join slots s on s.agent_id = a.id group by a.id;
`;

/** A claim looks for the slot that last served a workspace, a heartbeat for lost ones; nothing counts idle slots by pool any more. */
const SLOTS = `
create index slots_lost on slots (agent_id) where state = 'lost';
create index slots_warm on slots (last_workspace_id) where state = 'idle' and last_workspace_id is not null;
drop index slots_idle;
`;

export class AgentRooms1763640000037 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Whoever moves a slot meanwhile waits, or its room would be counted wrongly from the start.
    await runner.query('lock table agents, slots in share row exclusive mode');
    await runner.query(ROOMS);
    await runner.query(SLOTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table agent_rooms;
      drop trigger agent_rooms_of_new_agents on agents;
      drop trigger agent_rooms_of_changed_agents on agents;
      drop trigger agent_rooms_of_new_slots on slots;
      drop trigger agent_rooms_of_changed_slots on slots;
      drop function agent_rooms_follow_agents();
      drop function agent_rooms_follow_slots();
      drop index slots_warm;
      drop index slots_lost;
      create index slots_idle on slots (pool_id, agent_id, slot_id) where state = 'idle'`);
  }
}
