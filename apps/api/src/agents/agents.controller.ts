import { randomUUID } from 'node:crypto';
import {
  Agent,
  AgentToken,
  CreateAgentToken,
  CreatePool,
  PageQuery,
  Pool,
  Slot,
  UpdatePool,
  pageOf,
} from '@berth/contracts';
import {
  AgentTokenRow,
  Database,
  drainAgent,
  PoolRow,
  resumeAgent,
  UniqueViolation,
} from '@berth/persistence';
import { Body, Controller, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { CallerParam, NewIdParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { keyHash, newKey } from '../secrets/key-hash.js';
import { SchedulerBell } from '../tasks/scheduler-bell.js';

const AGENTS = `select a.id, a.kind, a.name, a.platforms, a.pod_name as "podName", p.name as pool, a.status, a.slots, a.concurrency, a.version,
    a.registered_at as "registeredAt", h.at as "lastHeartbeatAt", a.drain_requested_at as "drainRequestedAt"
  from agents a join pools p on p.id = a.pool_id left join agent_heartbeats h on h.agent_id = a.id
  where a.organization_id = $1`;

const POOL = 'id, name, max_reserved_slots as "maxReservedSlots", created_at as "createdAt"';

/** Agents, their slots and their pools, as the users' API shows them. */
@Controller('api/v1')
export class AgentsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SchedulerBell) private readonly bell: SchedulerBell,
  ) {}

  @Get('agents')
  @Describe({ summary: 'List agents', query: PageQuery, answer: pageOf(Agent) })
  async agents(@CallerParam() caller: UserCaller, @Query(new ZodPipe(PageQuery)) query: PageQuery) {
    const rows = await this.database.rows<Agent>(
      `${AGENTS} and ($2::text is null or a.id > $2) order by a.id limit $3`,
      [caller.organizationId, afterOf(query), query.limit + 1],
    );
    return pageById(rows, query.limit, (agent) => agent.id);
  }

  @Get('agents/:id')
  @Describe({ summary: 'Read an agent', answer: Agent })
  async agent(@CallerParam() caller: UserCaller, @Param('id') id: string): Promise<Agent> {
    const [agent] = await this.database.rows<Agent>(`${AGENTS} and a.id = $2`, [caller.organizationId, id]);
    if (agent === undefined) {
      throw notFound('agent', id);
    }
    return agent;
  }

  @Post('agents/:id/drain')
  @HttpCode(200)
  @Describe({ summary: 'Give an agent no more work; its reserved slots are handed back', answer: Agent })
  async drain(@CallerParam() caller: UserCaller, @Param('id') id: string): Promise<Agent> {
    const { organizationId, actor } = caller;
    const before = await this.agent(caller, id);
    if ((await drainAgent(this.database, { organizationId, agentId: id, actor })) === null) {
      throw new ProblemError(
        409,
        'AGENT_NOT_RUNNING',
        `agent ${id} is ${before.status}: only one that runs can be drained`,
      );
    }
    this.bell.ring('task.runnable', id);
    return this.agent(caller, id);
  }

  @Post('agents/:id/resume')
  @HttpCode(200)
  @Describe({ summary: 'Give a drained agent work again, from its next heartbeat on', answer: Agent })
  async resume(@CallerParam() caller: UserCaller, @Param('id') id: string): Promise<Agent> {
    if (!(await resumeAgent(this.database, { organizationId: caller.organizationId, agentId: id }))) {
      throw notFound('agent', id);
    }
    return this.agent(caller, id);
  }

  @Get('slots')
  @Describe({ summary: 'List slots', query: PageQuery, answer: pageOf(Slot) })
  async slots(@CallerParam() caller: UserCaller, @Query(new ZodPipe(PageQuery)) query: PageQuery) {
    const rows = await this.database.rows<Slot & { place: string }>(
      `select s.agent_id as "agentId", s.pod_name as "podName", s.slot_id as "slotId", p.name as pool, s.state,
         s.task_id as "taskId", s.attempt, s.reserved_until as "reservedUntil", s.agent_id || '/' || lpad(s.slot_id::text, 6, '0') as place
       from slots s join pools p on p.id = s.pool_id
       where s.organization_id = $1 and ($2::text is null or s.agent_id || '/' || lpad(s.slot_id::text, 6, '0') > $2)
       order by place limit $3`,
      [caller.organizationId, afterOf(query), query.limit + 1],
    );
    const page = pageById(rows, query.limit, (slot) => slot.place);
    return { ...page, items: page.items.map(({ place, ...slot }) => slot) };
  }

  @Get('pools')
  @Describe({ summary: 'List pools', query: PageQuery, answer: pageOf(Pool) })
  async pools(@CallerParam() caller: UserCaller, @Query(new ZodPipe(PageQuery)) query: PageQuery) {
    const rows = await this.database.rows<Pool>(
      `select ${POOL} from pools
       where organization_id = $1 and ($2::text is null or name > $2) order by name limit $3`,
      [caller.organizationId, afterOf(query), query.limit + 1],
    );
    return pageById(rows, query.limit, (pool) => pool.name);
  }

  @Post('pools')
  @Describe({ summary: 'Create a pool', body: CreatePool, status: 201, answer: Pool, idempotent: true })
  async createPool(
    @CallerParam() caller: UserCaller,
    @Body(new ZodPipe(CreatePool)) body: { name: string },
    @NewIdParam() newId: string = randomUUID(),
  ): Promise<Pool> {
    try {
      const [pool] = await this.database.rows<Pool>(
        `with created as (
           insert into pools (id, organization_id, name) values ($1, $2, $3) on conflict (id) do nothing returning *
         )
         select ${POOL} from created
         union all select ${POOL} from pools where id = $1 and organization_id = $2`,
        [newId, caller.organizationId, body.name],
      );
      if (pool === undefined) {
        throw new Error('the pool was not created');
      }
      return pool;
    } catch (error) {
      if (error instanceof UniqueViolation) {
        throw new ProblemError(409, 'NAME_TAKEN', `there is a pool "${body.name}" already`, { cause: error });
      }
      throw error;
    }
  }

  @Patch('pools/:pool')
  @Describe({ summary: 'Cap how many slots of the pool wait for people', body: UpdatePool, answer: Pool })
  async updatePool(
    @CallerParam() caller: UserCaller,
    @Param('pool') poolName: string,
    @Body(new ZodPipe(UpdatePool)) body: UpdatePool,
  ): Promise<Pool> {
    const [pool] = await this.database.rows<Pool>(
      `with changed as (
         update pools set max_reserved_slots = $3 where organization_id = $1 and name = $2 returning *
       )
       select ${POOL} from changed`,
      [caller.organizationId, poolName, body.maxReservedSlots],
    );
    if (pool === undefined) {
      throw notFound('pool', poolName);
    }
    return pool;
  }

  @Post('pools/:pool/tokens')
  @Describe({
    summary: 'Make a token with which agents join the pool; it is shown this once',
    body: CreateAgentToken,
    status: 201,
    answer: AgentToken,
  })
  async createToken(
    @CallerParam() caller: UserCaller,
    @Param('pool') poolName: string,
    @Body(new ZodPipe(CreateAgentToken)) body: { name: string },
  ): Promise<AgentToken> {
    const { organizationId } = caller;
    const pool = await this.database.repository(PoolRow).findOneBy({ organizationId, name: poolName });
    if (pool === null) {
      throw notFound('pool', poolName);
    }
    const token = newKey('berth_agent');
    const inserted = await this.database
      .repository(AgentTokenRow)
      .insert({ organizationId, poolId: pool.id, name: body.name, tokenHash: keyHash(token) });
    return {
      id: String(inserted.identifiers[0]?.['id']),
      name: body.name,
      pool: pool.name,
      token,
      createdAt: new Date().toISOString(),
    };
  }
}

function afterOf(query: PageQuery): string | null {
  return query.cursor === undefined ? null : Buffer.from(query.cursor, 'base64url').toString('utf8');
}

function pageById<R>(rows: readonly R[], limit: number, key: (row: R) => string) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const nextCursor =
    rows.length > limit && last !== undefined ? Buffer.from(key(last)).toString('base64url') : null;
  return { items, nextCursor };
}
