import { BrokerConnection, listenForMessages } from '@berth/messaging';
import { Health, LOGGER, NestLogger, RequestWatch, type Logger } from '@berth/observability';
import { Database, readSessionKey } from '@berth/persistence';
import { runService } from '@berth/process';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { readEnv } from './env.js';

const GRACE_MS = 20_000;
const DRAIN_MS = 12_000;
/** Heartbeats are worked in batches, of which one is gathered while another one is at work. */
const PREFETCH = 1_000;

await runService({
  name: 'registry',
  graceMs: GRACE_MS,
  print: (line) => process.stderr.write(`${line}\n`),
  start: async () => {
    const env = readEnv(process.env);
    const app = await NestFactory.create(AppModule.forEnv(env), { abortOnError: false, logger: false });
    const logger = app.get<Logger>(LOGGER);
    app.useLogger(new NestLogger(logger));
    app.use(app.get(RequestWatch).watch);
    await app.get(BrokerConnection).open();
    await listenForMessages(app, {
      service: 'registry',
      findSession: async (sessionId) => readSessionKey(app.get(Database), sessionId),
      url: env.AMQP_URL,
      prefetch: PREFETCH,
      waitMs: env.BERTH_START_WAIT_SECONDS * 1_000,
      drainMs: DRAIN_MS,
      health: app.get(Health),
    });
    await app.listen(env.BERTH_HTTP_PORT, env.BERTH_HTTP_HOST);
    app.get(AppModule).startLoops();
    logger.info(`listening to agents; probes at ${await app.getUrl()}`);
    return app;
  },
});
