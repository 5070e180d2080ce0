import { Stats } from '@berth/contracts';
import { Database } from '@berth/persistence';
import { Controller, Get, Inject } from '@nestjs/common';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';

@Controller('api/v1/stats')
export class StatsController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Get()
  @Describe({ summary: 'Queue, slots, agents and dispatch latency at a glance', answer: Stats })
  async read(@CallerParam() caller: UserCaller): Promise<Stats> {
    const organization = [caller.organizationId];
    const [tasks, slots, agents, latency] = await Promise.all([
      this.counts(
        'select status as word, count(*)::int as count from tasks where organization_id = $1 group by 1',
        organization,
      ),
      this.counts(
        'select state as word, count(*)::int as count from slots where organization_id = $1 group by 1',
        organization,
      ),
      this.counts(
        'select status as word, count(*)::int as count from agents where organization_id = $1 group by 1',
        organization,
      ),
      this.database.rows<Stats['dispatchLatencyMs']>(
        `select count(*)::int as count, percentile_cont(0.5) within group (order by ms) as p50,
           percentile_cont(0.95) within group (order by ms) as p95
         from (
           select extract(epoch from assigned_at - runnable_at) * 1000 as ms from tasks
           where organization_id = $1 and created_at > now() - interval '1 day' and assigned_at > now() - interval '1 hour'
             and assigned_at >= runnable_at
           order by created_at desc limit 1000
         ) assigned`,
        organization,
      ),
    ]);
    const queueDepth = (tasks['pending'] ?? 0) + (tasks['apply_queued'] ?? 0);
    return {
      queueDepth,
      tasks,
      slots,
      agents,
      dispatchLatencyMs: latency[0] ?? { count: 0, p50: null, p95: null },
    };
  }

  private async counts(sql: string, params: readonly unknown[]): Promise<Record<string, number>> {
    const rows = await this.database.rows<{ word: string; count: number }>(sql, params);
    return Object.fromEntries(rows.map((row) => [row.word, row.count]));
  }
}
