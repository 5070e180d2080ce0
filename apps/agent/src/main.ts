import { agentQueue, listenForMessages } from '@berth/messaging';
import { Health, LOGGER, NestLogger, RequestWatch, type Logger } from '@berth/observability';
import { runService } from '@berth/process';
import { NestFactory } from '@nestjs/core';
import { AppModule, guestOf } from './app.module.js';
import { readReleaseKeys } from './engines/release-key.js';
import { readEnv } from './env.js';
import { identify, openToUsers } from './identity.js';
import { findIsolation } from './processes/isolation/find-isolation.js';
import { firstUserOf } from './processes/isolation/run-users.js';
import { sharedPlaces } from './processes/isolation/shared-places.js';
import { lockHome } from './lifecycle/home-lock.js';
import { Lifecycle } from './lifecycle/lifecycle.js';
import { readAgentSecret } from './session/agent-secret.js';
import { Voice } from './session/voice.js';

/** Assignments are few and each waits only for its accept. */
const PREFETCH = 16;
const DRAIN_MS = 15_000;
/** Beside the drain of running work, for results and connections. */
const LAST_THINGS_MS = 60_000;

await runService({
  name: 'agent',
  graceMs: LAST_THINGS_MS,
  print: (line) => process.stderr.write(`${line}\n`),
  start: async () => {
    const settings = readEnv(process.env);
    const releaseKeys = await readReleaseKeys({
      terraform: settings.BERTH_TERRAFORM_RELEASE_KEY,
      opentofu: settings.BERTH_OPENTOFU_RELEASE_KEY,
    });
    const lock = await lockHome(settings.BERTH_AGENT_HOME);
    const identity = await identify(settings);
    const { BERTH_RUN_UIDS: uids = firstUserOf(identity), BERTH_RUN_ISOLATION: demanded } = settings;
    const mayHave = process.getuid?.() === 0 && demanded !== 'none';
    const firstUser = mayHave && uids !== 'agent' ? uids : null;
    if (firstUser !== null) {
      await openToUsers(identity);
    }
    const { isolation, says, lacks } = await findIsolation({
      demanded,
      searchPath: process.env['PATH'] ?? '',
      own: [identity.home, identity.workRoot],
      firstUser,
      scratch: identity.home,
      processes: settings.BERTH_RUN_PROCESSES,
      ...sharedPlaces(settings, process.env),
    });
    const voice = new Voice(identity.agentId, await readAgentSecret(identity.home));
    const parts = { env: settings, identity, isolation, releaseKeys, voice };
    const app = await NestFactory.create(AppModule.forEnv(parts), {
      abortOnError: false,
      logger: false,
    });
    const logger = app.get<Logger>(LOGGER);
    app.useLogger(new NestLogger(logger));
    const line = lacks === null ? says : `${says} (${lacks})`;
    if (isolation.level === 'none') {
      logger.warn(line);
    } else {
      logger.info(line);
    }
    app.use(app.get(RequestWatch).watch);
    const health = app.get(Health);
    await app.get(AppModule).prepare();
    const consumer = await listenForMessages(app, {
      service: 'agent',
      url: settings.AMQP_URL,
      queue: agentQueue(identity.agentId),
      guest: guestOf(voice),
      findSession: voice.findSession,
      prefetch: PREFETCH,
      waitMs: settings.BERTH_START_WAIT_SECONDS * 1_000,
      drainMs: DRAIN_MS,
      health,
    });
    voice.whenBegun(() => {
      consumer.becomeAnother();
    });
    const lifecycle = app.get(Lifecycle);
    health.add('registered', async () => {
      if (!lifecycle.isRegistered) {
        throw new Error('not registered with the registry yet');
      }
    });
    await app.listen(settings.BERTH_HTTP_PORT, settings.BERTH_HTTP_HOST);
    lifecycle.start();
    logger.info({ ...identity }, `waiting for tasks; probes at ${await app.getUrl()}`);
    const workSeconds = settings.BERTH_AGENT_DRAIN_SECONDS + settings.BERTH_TERRAFORM_GRACE_SECONDS;
    return {
      graceMs: workSeconds * 1_000 + LAST_THINGS_MS,
      close: async () => app.close().finally(async () => lock.release()),
    };
  },
});
