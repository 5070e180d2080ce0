import { randomUUID } from 'node:crypto';
import {
  AgentToken,
  CreateAgentToken,
  CreatePool,
  PageQuery,
  Pool,
  UpdatePool,
  pageOf,
} from '@berth/contracts';
import {
  changePool,
  createAgentToken,
  createPool,
  Database,
  drainAgent,
  listAgentTokens,
  listPools,
  readPool,
  revokeAgentToken,
  tell,
  weakAgents,
  type PoolRow,
} from '@berth/persistence';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { CallerParam, NewIdParam, type UserCaller } from '../auth/caller.js';
import { AgentLogins } from '../broker/agent-logins.js';
import { Describe } from '../openapi/describe.js';
import { isUuid, keyedListPart, listPart, pageByKey, pageOfRows } from '../paging.js';
import { notFound } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { keyHash, newKey } from '../secrets/key-hash.js';
import { takeName } from '../take-name.js';
import { poolJson } from './agent-json.js';

/** Sets of agents, and the tokens with which agents join them. */
@Controller('api/v1/pools')
export class PoolsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AgentLogins) private readonly logins: AgentLogins,
  ) {}

  @Get()
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

  @Post()
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
    @Body(new ZodPipe(CreatePool)) body: CreatePool,
    @NewIdParam() newId: string = randomUUID(),
  ): Promise<Pool> {
    const { organizationId } = caller;
    return takeName('pool', body.name, async () =>
      poolJson(await createPool(this.database, { id: newId, organizationId, ...body })),
    );
  }

  @Patch(':pool')
  @Describe({
    id: 'updatePool',
    permission: 'pools:write',
    summary: 'Cap how many slots of the pool wait for people, or demand how far its agents keep runs apart',
    body: UpdatePool,
    answer: Pool,
  })
  async updatePool(
    @CallerParam() caller: UserCaller,
    @Param('pool') poolName: string,
    @Body(new ZodPipe(UpdatePool)) body: UpdatePool,
  ): Promise<Pool> {
    const { organizationId, actor } = caller;
    tell({ before: poolJson(await this.find(organizationId, poolName)) });
    const pool = await changePool(this.database, { organizationId, name: poolName, ...body });
    if (pool === null) {
      throw notFound('pool', poolName);
    }
    for (const agentId of await weakAgents(this.database, pool.id)) {
      await drainAgent(this.database, { organizationId, agentId, actor });
    }
    return poolJson(pool);
  }

  @Post(':pool/tokens')
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
    const pool = await this.find(organizationId, poolName);
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

  @Get(':pool/tokens')
  @Describe({
    id: 'listPoolTokens',
    permission: 'pools:write',
    summary: 'List the tokens that open the pool, newest first; the tokens themselves are not there any more',
    query: PageQuery,
    answer: pageOf(AgentToken),
  })
  async listTokens(
    @CallerParam() { organizationId }: UserCaller,
    @Param('pool') poolName: string,
    @Query(new ZodPipe(PageQuery)) query: PageQuery,
  ) {
    const pool = await this.find(organizationId, poolName);
    const tokens = await listAgentTokens(this.database, pool.id, listPart(query));
    return pageOfRows(tokens, query.limit, ({ id, name, createdAt }): AgentToken => ({
      id,
      name,
      pool: poolName,
      createdAt: createdAt.toISOString(),
    }));
  }

  @Delete(':pool/tokens/:id')
  @HttpCode(204)
  @Describe({
    id: 'revokePoolToken',
    permission: 'pools:write',
    summary: 'Revoke a token: it lets no agent join any more, and every session that was opened with it ends',
    status: 204,
  })
  async revokeToken(
    @CallerParam() { organizationId }: UserCaller,
    @Param('pool') poolName: string,
    @Param('id') id: string,
  ): Promise<void> {
    const pool = await this.find(organizationId, poolName);
    const users = isUuid(id) ? await revokeAgentToken(this.database, pool.id, id) : null;
    if (users === null) {
      throw notFound('token', id);
    }
    await this.logins.close(users);
  }

  private async find(organizationId: string, name: string): Promise<PoolRow> {
    const pool = await readPool(this.database, organizationId, name);
    if (pool === null) {
      throw notFound('pool', name);
    }
    return pool;
  }
}
