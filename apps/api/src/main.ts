import { NestLogger, LOGGER, RequestWatch, type Logger } from '@berth/observability';
import { BrokerConnection, ChangeListener } from '@berth/messaging';
import { runService } from '@berth/process';
import type { Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { answerWhileArriving } from './bodies/answer-while-arriving.js';
import { BodiesInFlight } from './bodies/bodies-in-flight.js';
import { compressForBrowsers } from './bodies/compress-for-browsers.js';
import { letWait } from './bodies/body-arrival.js';
import { dashboardOf, SITE } from './dashboard/serve-dashboard.js';
import { readEnv } from './env.js';
import { PeopleFirst } from './people-first.js';
import { giveRequestId } from './request-id.js';
import { securityHeaders } from './security-headers.js';
import { serveOpenApi } from './openapi/serve-openapi.js';
import { IdentityProvider } from './sign-in/identity-provider.service.js';

/** Requests in hand at a stop may take this long; log followers are ended with their connections. */
const GRACE_MS = 15_000;

/**
 * Of a connection without a request. Workers ask every 5 s, which is Node's own timeout: they would find their connection
 * closed in that very moment. Proxies keep theirs for 60 s.
 */
const KEEP_ALIVE_MS = 75_000;

/** The longest that one request may take to arrive. */
const UPLOAD_MS = 3_600_000;

await runService({
  name: 'api',
  graceMs: GRACE_MS,
  print: (line) => process.stderr.write(`${line}\n`),
  start: async () => {
    const env = readEnv(process.env);
    const app = await NestFactory.create<NestExpressApplication>(AppModule.forEnv(env), {
      bodyParser: false,
      abortOnError: false,
      logger: false,
      forceCloseConnections: true,
    });
    const logger = app.get<Logger>(LOGGER);
    app.useLogger(new NestLogger(logger));
    app.disable('x-powered-by');
    app.set('trust proxy', env.BERTH_TRUSTED_PROXIES ?? false);
    app.use(securityHeaders(env.BERTH_PUBLIC_URL));
    app.use(giveRequestId);
    app.use(app.get(RequestWatch).watch);
    app.use(app.get(PeopleFirst).letPass);
    app.use(answerWhileArriving);
    app.use(app.get(BodiesInFlight).watch);
    app.use(compressForBrowsers);
    serveOpenApi(app);
    const dashboard = dashboardOf(SITE, () => app.get(IdentityProvider, { strict: false }).signOutOrigin());
    if (dashboard === null) {
      logger.warn('the dashboard was not built and is not served: node apps/dashboard/build.mjs builds it');
    } else {
      app.use(dashboard);
    }
    await app.get(BrokerConnection).open();
    await app.get(ChangeListener).open();
    const server: Server = app.getHttpServer();
    // An upload of hundreds of megabytes may take longer than the server's own five minutes; its rate is bounded.
    server.requestTimeout = UPLOAD_MS;
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    server.on('checkContinue', (request, response) => {
      letWait(request);
      server.emit('request', request, response);
    });
    await app.listen(env.BERTH_HTTP_PORT, env.BERTH_HTTP_HOST);
    app.get(AppModule).startLoops();
    logger.info(`listening on ${await app.getUrl()}`);
    return app;
  },
});
