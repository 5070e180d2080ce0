import { Overview } from '@berth/contracts';
import { placesOf } from '@berth/domain';
import {
  Database,
  readLatencyByHour,
  readWaitingFacts,
  readWaitingTasks,
  type LatencyOfHour,
} from '@berth/persistence';
import { Controller, Get, Inject } from '@nestjs/common';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { queueByReason } from './queue-by-reason.js';

/** What a page shows first. */
@Controller('api/v1/overview')
export class OverviewController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Get()
  @Describe({
    id: 'readOverview',
    permission: 'tasks:read',
    place: 'listed',
    summary: 'What waits for what, and how quick assignments and applies were, of what you may see',
    answer: Overview,
  })
  async read(@CallerParam() { organizationId, access }: UserCaller): Promise<Overview> {
    const within = placesOf(access, 'tasks:read');
    const [waiting, hours] = await Promise.all([
      readWaitingTasks(this.database, organizationId, within),
      readLatencyByHour(this.database, organizationId, within),
    ]);
    const ids = waiting.tasks.map(({ id }) => id);
    const facts = ids.length === 0 ? new Map() : await readWaitingFacts(this.database, ids);
    return {
      queue: queueByReason(waiting.tasks, facts),
      notLookedAt: waiting.others,
      latency: hours.map(latencyJson),
    };
  }
}

function latencyJson(hour: LatencyOfHour): Overview['latency'][number] {
  return {
    at: hour.at.toISOString(),
    dispatch: { count: hour.dispatched, p50Ms: hour.dispatchP50, p95Ms: hour.dispatchP95 },
    confirmToApply: { count: hour.applied, p50Ms: hour.applyP50, p95Ms: hour.applyP95 },
  };
}
