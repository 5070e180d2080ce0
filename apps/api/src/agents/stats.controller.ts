import { Stats } from '@berth/contracts';
import { countAgents, countSlots, countTasks, Database, readDispatchLatency } from '@berth/persistence';
import { Controller, Get, Inject } from '@nestjs/common';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';

@Controller('api/v1/stats')
export class StatsController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Get()
  @Describe({
    id: 'readStats',
    permission: 'agents:read',
    summary: 'Queue, slots, agents and dispatch latency at a glance',
    answer: Stats,
  })
  async read(@CallerParam() caller: UserCaller): Promise<Stats> {
    const { organizationId } = caller;
    const [tasks, slots, agents, dispatchLatencyMs] = await Promise.all([
      countTasks(this.database, organizationId),
      countSlots(this.database, organizationId),
      countAgents(this.database, organizationId),
      readDispatchLatency(this.database, organizationId),
    ]);
    const queueDepth = (tasks['pending'] ?? 0) + (tasks['apply_queued'] ?? 0);
    return { queueDepth, tasks, slots, agents, dispatchLatencyMs };
  }
}
