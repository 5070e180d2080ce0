import { check } from './check.mjs';
import { runInForeground } from './children.mjs';
import { ensureBuild, ensureDependencies } from './preparation.mjs';
import { repository } from './repository.mjs';

const verbs = {
  start: {
    help: `npm start

Installs and builds what is missing, then runs Berth on this machine until Ctrl-C: its api, scheduler,
registry and two agents, with a private PostgreSQL and RabbitMQ unless the environment names yours.

Settings in the environment:
  DATABASE_URL             a PostgreSQL to use instead of a private one
  AMQP_URL                 a RabbitMQ to use instead of a private one
  BERTH_HOME               where keys, data and logs are kept (.berth in the repository)
  BERTH_PORT               the api's port (8080 if it is free, else any)
  BERTH_API_KEY            the key that people and scripts use (else made and kept)
  BERTH_AGENT_TOKEN        the key that agents use (else made and kept)
  BERTH_ENCRYPTION_KEY     32 bytes in base64, for secrets at rest (else made and kept)
  BERTH_AGENT_SLOTS        work directories per agent (4)
  BERTH_AGENT_CONCURRENCY  runs at once per agent (2)
  BERTH_LOG_LEVEL          how much the services write to their logs
  TF_CLI_CONFIG_FILE       terraform's own settings, for the agents`,
    run: launch,
  },
  demo: {
    help: `npm run demo

Installs and builds what is missing, then shows Berth at work on the one that npm start runs.`,
    run: launch,
  },
  test: {
    help: `npm test [-- jest's arguments]

Installs and builds what is missing, then runs all tests: unit, integration and e2e.
  npm test -- --selectProjects unit      the fast ones only
  npm test -- test/integration/claim     files whose path matches`,
    run: async (_verb, args) => {
      await prepare();
      const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
      return runInForeground(process.execPath, [...jest, ...args], { cwd: repository });
    },
  },
  chaos: {
    help: `npm run chaos [-- --minutes N --seed S --keep]

Installs and builds what is missing, then runs the whole system under load while its processes, its servers and
the lines between them break, in an order that the seed decides. Then everything is mended, and a log of what
terraform has really done is compared with what the database says. Ends with 0 where every promise held.
Needs a terraform on the PATH.

  --minutes N   how long things break (3)
  --seed S      the seed of an earlier run, to see it again as far as time allows (else a new one)
  --keep        keep the services' logs and data even where all went well`,
    run: async (_verb, args) => {
      await prepare('test');
      // A session of its own: a terminal's Ctrl-C reaches this process only, which passes it on once.
      return runInForeground(process.execPath, ['test/dist/test/chaos/main.js', ...args], {
        cwd: repository,
        ownSession: true,
      });
    },
  },
  check: {
    help: `npm run check

Runs every check, one after the other, and lists those that failed:
format, lint, rooms, unused, types, unit tests.`,
    run: async () => {
      await ensureDependencies();
      return check();
    },
  },
};

async function launch(verb, args) {
  await prepare();
  // A session of its own: a terminal's Ctrl-C reaches this process only, which passes it on once.
  return runInForeground(process.execPath, ['apps/launcher/dist/main.js', verb, ...args], {
    cwd: repository,
    ownSession: true,
  });
}

async function prepare(...projects) {
  await ensureDependencies();
  await ensureBuild(...projects);
}

/** Runs what the command line asks for; the answer is the exit code. */
export async function runVerb([name, ...args]) {
  const verb = Object.hasOwn(verbs, name ?? '') ? verbs[name] : undefined;
  if (verb === undefined) {
    const isHelp = name === '--help' || name === 'help';
    (isHelp ? console.log : console.error)(
      `Usage: node scripts/run.mjs ${Object.keys(verbs).join('|')} [arguments]`,
    );
    return isHelp ? 0 : 2;
  }
  if (args[0] === '--help') {
    console.log(verb.help);
    return 0;
  }
  return verb.run(name, args);
}
