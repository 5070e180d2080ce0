import { PlatformHealth, PlatformStats } from '@berth/contracts';
import { Health } from '@berth/observability';
import { Database, readBuildNumbers } from '@berth/persistence';
import { Controller, Get, Inject } from '@nestjs/common';
import { CallerParam, OpenTo, Public, type UserCaller, type WorkerCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';

/** Whether the platform is there and how builds do in it, where existing clients ask for that. */
@Controller()
export class PlatformController {
  constructor(
    @Inject(Health) private readonly health: Health,
    @Inject(Database) private readonly database: Database,
  ) {}

  /** 200 whatever it says: /readyz is the probe that fails. */
  @Get('health')
  @Public()
  @Describe({
    id: 'readPlatformHealth',
    summary: 'Whether the platform is well; needs no key',
    answer: PlatformHealth,
  })
  async read(): Promise<PlatformHealth> {
    const { ready } = await this.health.ask();
    return { status: ready ? 'ok' : 'degraded', ready, service: 'berth' };
  }

  @Get('api/health')
  @Public()
  @Describe({ id: 'readPlatformHealthAlias', summary: 'The same as /health', answer: PlatformHealth })
  async readAlias(): Promise<PlatformHealth> {
    return this.read();
  }

  @Get('api/stats')
  @OpenTo('user', 'worker')
  @Describe({
    id: 'readPlatformStats',
    permission: 'builds:read',
    summary: 'Workers and builds of the organization at a glance',
    answer: PlatformStats,
  })
  async stats(@CallerParam() caller: UserCaller | WorkerCaller): Promise<PlatformStats> {
    const numbers = await readBuildNumbers(this.database, caller.organizationId);
    return {
      nodesOnline: numbers.workersOnline,
      buildsQueued: numbers.queued,
      activeBuilds: numbers.active,
      buildsToday: numbers.completedToday,
      totalBuilds: numbers.ended,
      totalBuildTimeMs: numbers.buildMs,
    };
  }
}
