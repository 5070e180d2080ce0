import { daysAgo, FIRST_OF_ALL, oldestFirst, sweepOfRows, type Sweep } from './sweep.js';

/** Agents and build workers that have been gone for long, with their slots. One that comes back begins anew. */
export function goneAgents(days: number): Sweep {
  const gone = `a.status in ('lost', 'stopped') and a.updated_at < ${daysAgo(days)}`;
  return sweepOfRows({
    what: 'agent',
    first: ['-infinity', ''],
    candidates: oldestFirst({
      table: 'agents',
      id: 'id',
      idType: 'text',
      at: 'updated_at',
      where: "status in ('lost', 'stopped')",
      days,
    }),
    lock: 'select id from agents where id = any($1::text[]) order by id for update skip locked',
    unneeded: `select a.id from agents a where a.id = any($1::text[]) and ${gone}
      and not exists (select from slots s where s.agent_id = a.id and s.task_id is not null)
      and not exists (select from tasks t where t.agent_id = a.id and t.status in
        ('assigned', 'planning', 'apply_pending', 'apply_queued', 'applying', 'running'))
      and not exists (select from tasks t where t.needs_attention and t.agent_id = a.id)
      and not exists (select from worker_tokens k where k.agent_id = a.id and k.expires_at > now())`,
    remove: async (sql, ids) => {
      await sql.rows('delete from agents where id = any($1::text[])', [ids]);
      return true;
    },
  });
}

/** Sessions that are over, or that nobody has registered with, and that no agent stands for any more. */
export function endedSessions(days: number): Sweep {
  const since = 'coalesce(ended_at, created_at)';
  return sweepOfRows({
    what: 'agent session',
    first: FIRST_OF_ALL,
    candidates: oldestFirst({ table: 'agent_sessions', id: 'id', at: since, days }),
    lock: 'select id::text as id from agent_sessions where id = any($1::uuid[]) order by id for update skip locked',
    unneeded: `select s.id::text as id from agent_sessions s where s.id = any($1::uuid[])
      and not exists (select from agents a where a.session_id = s.id)
      and not exists (select from tasks t where t.agent_id = s.agent_id and t.session_id = s.id and t.status in
        ('assigned', 'planning', 'apply_pending', 'apply_queued', 'applying', 'running'))
      and not exists (select from tasks t where t.needs_attention and t.session_id = s.id)`,
    remove: async (sql, ids) => {
      await sql.rows('delete from agent_sessions where id = any($1::uuid[])', [ids]);
      return true;
    },
  });
}

/** Ids of agents that nobody has come with for long: they are free again, for whoever comes first. */
export function unusedIdentities(days: number): Sweep {
  return sweepOfRows({
    what: 'agent identity',
    first: [''],
    candidates: `select agent_id as id, array[agent_id] as place from agent_identities
      where agent_id > ($1::text[])[1] order by agent_id limit $2`,
    lock: `select agent_id as id from agent_identities where agent_id = any($1::text[])
      and created_at < ${daysAgo(days)} order by agent_id for update skip locked`,
    unneeded: `select i.agent_id as id from agent_identities i where i.agent_id = any($1::text[])
      and not exists (select from agents a where a.id = i.agent_id)
      and not exists (select from agent_sessions s where s.agent_id = i.agent_id)
      and not exists (select from tasks t where t.needs_attention and t.agent_id = i.agent_id)`,
    remove: async (sql, ids) => {
      await sql.rows('delete from agent_identities where agent_id = any($1::text[])', [ids]);
      return true;
    },
  });
}
