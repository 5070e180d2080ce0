import { Agent, AgentListQuery, Slot, pageOf } from '@berth/contracts';
import {
  Database,
  drainAgent,
  listAgents,
  listSlots,
  readAgent,
  resumeAgent,
  tell,
} from '@berth/persistence';
import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { keyedListPart, pageByKey } from '../paging.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { SchedulerBell } from '../scheduler-bell.js';
import { agentJson, slotJson } from './agent-json.js';

/** Agents and their slots, as the users' API shows them. */
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
    query: AgentListQuery,
    answer: pageOf(Agent),
  })
  async agents(@CallerParam() caller: UserCaller, @Query(new ZodPipe(AgentListQuery)) query: AgentListQuery) {
    const agents = await listAgents(
      this.database,
      caller.organizationId,
      keyedListPart(query),
      query.present === 'true',
    );
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
    tell({ before: { status: before.status } });
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
    query: AgentListQuery,
    answer: pageOf(Slot),
  })
  async slots(@CallerParam() caller: UserCaller, @Query(new ZodPipe(AgentListQuery)) query: AgentListQuery) {
    const slots = await listSlots(
      this.database,
      caller.organizationId,
      keyedListPart(query),
      query.present === 'true',
    );
    return pageByKey(slots, query.limit, (slot) => slot.place, slotJson);
  }
}
