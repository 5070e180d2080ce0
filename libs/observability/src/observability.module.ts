import {
  Controller,
  Get,
  Global,
  Header,
  Inject,
  Module,
  Res,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Health } from './health.js';
import { createLogger, type Logger } from './logger.js';
import { LoopWatch } from './loop-watch.js';
import { Metrics } from './metrics.js';
import { RequestWatch } from './request-watch.js';
import { flushTraces } from './tracing.js';

const FLUSH_MS = 2_000;

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
export class ObservabilityModule implements OnApplicationShutdown {
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
        { provide: RequestWatch, useValue: new RequestWatch(metrics, logger) },
        { provide: LoopWatch, useFactory: (log: Logger) => new LoopWatch(metrics, log), inject: [LOGGER] },
      ],
      exports: [LOGGER, Metrics, Health, LoopWatch, RequestWatch],
    };
  }

  /** A stop waits for no collector: what it does not take at once is lost. */
  async onApplicationShutdown(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FLUSH_MS);
    });
    await Promise.race([flushTraces().catch(() => undefined), late]);
    clearTimeout(timer);
  }
}
