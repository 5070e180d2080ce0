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
  capReservedSlots,
  createAgentToken,
  createPool,
  Database,
  drainAgent,
  listAgents,
  listPools,
  listSlots,
  readAgent,
  readPool,
  resumeAgent,
  UniqueViolation,
} from '@berth/persistence';
import { Body, Controller, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { CallerParam, NewIdParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { keyedListPart, pageByKey } from '../paging.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { keyHash, newKey } from '../secrets/key-hash.js';
import { SchedulerBell } from '../scheduler-bell.js';
import { agentJson, poolJson, slotJson } from './agent-json.js';

/** Agents, their slots and their pools, as the users' API shows them. */
@Controller('api/v1')
export class AgentsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SchedulerBell) private readonly bell: SchedulerBell,
  ) {}

  @Get('agents')
  @Describe({
    id: 'listAgents',
    permission: 'agents:read',
    summary: 'List agents',
    query: PageQuery,
    answer: pageOf(Agent),
  })
  async agents(@CallerParam() caller: UserCaller, @Query(new ZodPipe(PageQuery)) query: PageQuery) {
    const agents = await listAgents(this.database, caller.organizationId, keyedListPart(query));
    return pageByKey(agents, query.limit, (agent) => agent.id, agentJson);
  }

  @Get('agents/:id')
  @Describe({ id: 'readAgent', permission: 'agents:read', summary: 'Read an agent', answer: Agent })
  async agent(@CallerParam() caller: UserCaller, @Param('id') id: string): Promise<Agent> {
    const agent = await readAgent(this.database, caller.organizationId, id);
    if (agent === null) {
      throw notFound('agent', id);
    }
    return agentJson(agent);
  }

  @Post('agents/:id/drain')
  @HttpCode(200)
  @Describe({
    id: 'drainAgent',
    permission: 'agents:drain',
    summary: 'Give an agent no more work; its reserved slots are handed back',
    answer: Agent,
  })
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
  @Describe({
    id: 'resumeAgent',
    permission: 'agents:drain',
    summary: 'Give a drained agent work again, from its next heartbeat on',
    answer: Agent,
  })
  async resume(@CallerParam() caller: UserCaller, @Param('id') id: string): Promise<Agent> {
    if (!(await resumeAgent(this.database, { organizationId: caller.organizationId, agentId: id }))) {
      throw notFound('agent', id);
    }
    return this.agent(caller, id);
  }

  @Get('slots')
  @Describe({
    id: 'listSlots',
    permission: 'agents:read',
    summary: 'List slots',
    query: PageQuery,
    answer: pageOf(Slot),
  })
  async slots(@CallerParam() caller: UserCaller, @Query(new ZodPipe(PageQuery)) query: PageQuery) {
    const slots = await listSlots(this.database, caller.organizationId, keyedListPart(query));
    return pageByKey(slots, query.limit, (slot) => slot.place, slotJson);
  }

  @Get('pools')
  @Describe({
    id: 'listPools',
    permission: 'agents:read',
    summary: 'List pools',
    query: PageQuery,
    answer: pageOf(Pool),
  })
  async pools(@CallerParam() caller: UserCaller, @Query(new ZodPipe(PageQuery)) query: PageQuery) {
    const pools = await listPools(this.database, caller.organizationId, keyedListPart(query));
    return pageByKey(pools, query.limit, (pool) => pool.name, poolJson);
  }

  @Post('pools')
  @Describe({
    id: 'createPool',
    permission: 'pools:write',
    summary: 'Create a pool',
    body: CreatePool,
    status: 201,
    answer: Pool,
    idempotent: true,
  })
  async createPool(
    @CallerParam() caller: UserCaller,
    @Body(new ZodPipe(CreatePool)) body: { name: string },
    @NewIdParam() newId: string = randomUUID(),
  ): Promise<Pool> {
    const { organizationId } = caller;
    try {
      return poolJson(await createPool(this.database, { id: newId, organizationId, name: body.name }));
    } catch (error) {
      if (error instanceof UniqueViolation) {
        throw new ProblemError(409, 'NAME_TAKEN', `there is a pool "${body.name}" already`, { cause: error });
      }
      throw error;
    }
  }

  @Patch('pools/:pool')
  @Describe({
    id: 'updatePool',
    permission: 'pools:write',
    summary: 'Cap how many slots of the pool wait for people',
    body: UpdatePool,
    answer: Pool,
  })
  async updatePool(
    @CallerParam() caller: UserCaller,
    @Param('pool') poolName: string,
    @Body(new ZodPipe(UpdatePool)) body: UpdatePool,
  ): Promise<Pool> {
    const { organizationId } = caller;
    const { maxReservedSlots } = body;
    const pool = await capReservedSlots(this.database, { organizationId, name: poolName, maxReservedSlots });
    if (pool === null) {
      throw notFound('pool', poolName);
    }
    return poolJson(pool);
  }

  @Post('pools/:pool/tokens')
  @Describe({
    id: 'createPoolToken',
    permission: 'pools:write',
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
    const pool = await readPool(this.database, organizationId, poolName);
    if (pool === null) {
      throw notFound('pool', poolName);
    }
    const token = newKey('berth_agent');
    const { name } = body;
    const id = await createAgentToken(this.database, {
      organizationId,
      poolId: pool.id,
      name,
      tokenHash: keyHash(token),
    });
    return {
      id,
      name,
      pool: pool.name,
      token,
      createdAt: new Date().toISOString(),
    };
  }
}
