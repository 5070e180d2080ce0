import { Controller, Get, Global, Header, Inject, Module, Res, type DynamicModule } from '@nestjs/common';
import { Health } from './health.js';
import { createLogger, type Logger } from './logger.js';
import { LoopWatch } from './loop-watch.js';
import { Metrics } from './metrics.js';
import { RequestWatch } from './request-watch.js';

/** Injects the service's logger. */
export const LOGGER = Symbol('logger');

interface HttpResponse {
  status(code: number): { json(body: unknown): void };
}

@Controller()
class ProbesController {
  constructor(
    @Inject(Health) private readonly health: Health,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  @Get('healthz')
  healthz() {
    return { status: 'ok' };
  }

  @Get('readyz')
  async readyz(@Res() response: HttpResponse): Promise<void> {
    const answer = await this.health.ask();
    response.status(answer.ready ? 200 : 503).json(answer);
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async exposition(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}

/** Logger, metrics and probes for one service. */
@Global()
@Module({})
export class ObservabilityModule {
  static forService(service: string, level: string): DynamicModule {
    const logger = createLogger(service, level);
    const metrics = new Metrics(service);
    return {
      module: ObservabilityModule,
      controllers: [ProbesController],
      providers: [
        { provide: LOGGER, useValue: logger },
        { provide: Metrics, useValue: metrics },
        { provide: Health, useValue: new Health() },
        { provide: RequestWatch, useValue: new RequestWatch(metrics) },
        { provide: LoopWatch, useFactory: (log: Logger) => new LoopWatch(metrics, log), inject: [LOGGER] },
      ],
      exports: [LOGGER, Metrics, Health, LoopWatch, RequestWatch],
    };
  }
}
