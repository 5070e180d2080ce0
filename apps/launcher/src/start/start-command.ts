import { join, resolve } from 'node:path';
import { Berth } from './berth.js';
import { openHome } from './berth-home.js';
import type { BerthHome } from './berth-home.js';
import { provideExample } from './example.js';
import { firstOwnersLink } from './first-link.js';
import type { ExampleTask } from './example-task.js';
import { HomeIsTaken, lockHome } from './home-lock.js';
import { Interrupted, aborted, listenForInterrupts } from './interrupts.js';
import type { Interrupts } from './interrupts.js';
import { loadKeys } from './keys.js';
import type { Keys } from './keys.js';
import { readRuntime, removeRuntime } from './runtime-file.js';
import { isolationOfRuns } from './run-isolation.js';
import { ServiceNotReady } from './service-process.js';
import { summaryLines } from './summary.js';
import { say, sayProblem } from './terminal.js';

/** Where the things lie that `npm start` runs; tests put stand-ins there. */
export interface StartPlaces {
  appsDir: string;
  exampleDir: string;
  defaultHome: string;
}

const REPOSITORY = resolve(import.meta.dirname, '../../../..');

const PLACES: StartPlaces = {
  appsDir: join(REPOSITORY, 'apps'),
  exampleDir: join(REPOSITORY, 'examples', 'hello'),
  defaultHome: join(REPOSITORY, '.berth'),
};

/** `npm start`: runs Berth until it is told to stop; the answer is the exit code. */
export async function runStart(env: NodeJS.ProcessEnv, places: StartPlaces = PLACES): Promise<number> {
  const interrupts = listenForInterrupts();
  const chosen = env['BERTH_HOME'] || places.defaultHome;
  const home = await openHome(resolve(env['INIT_CWD'] ?? '.', chosen), places.defaultHome);
  let unlock: () => Promise<void>;
  try {
    unlock = await lockHome(home.lock);
  } catch (error) {
    if (!(error instanceof HomeIsTaken)) {
      throw error;
    }
    const apiUrl = readRuntime(home.runtime)?.apiUrl;
    sayProblem(
      `${error.message}, ${apiUrl === undefined ? 'not up yet' : `API at ${apiUrl}`}; its folder is ${home.root}`,
    );
    return 1;
  }
  try {
    // A killed start had no time to take it away.
    removeRuntime(home.runtime);
    return await runUntilStopped(interrupts, { home, env, places });
  } finally {
    await unlock();
  }
}

interface StartContext {
  home: BerthHome;
  env: NodeJS.ProcessEnv;
  places: StartPlaces;
}

async function runUntilStopped(interrupts: Interrupts, context: StartContext): Promise<number> {
  const { home, env, places } = context;
  const keys = loadKeys(home.keys, env);
  const berth = new Berth({ home, keys, appsDir: places.appsDir, env, say });
  const killed = aborted(interrupts.second).then(async () => {
    say('killing everything');
    await berth.kill();
    return 130;
  });
  return Promise.race([killed, runAndStop(berth, keys, interrupts.first, context)]);
}

async function runAndStop(
  berth: Berth,
  keys: Keys,
  stop: AbortSignal,
  context: StartContext,
): Promise<number> {
  let exitCode = 0;
  try {
    say(`starting in ${context.home.root}`);
    await berth.start(stop);
    await welcome(berth, keys, stop, context);
    await aborted(stop);
  } catch (error) {
    if (!(error instanceof Interrupted)) {
      exitCode = 1;
      sayWhy(error);
    }
  }
  if (stop.aborted) {
    say('stopping; Ctrl-C once more kills everything at once');
  }
  try {
    await berth.stop();
    say('stopped');
  } catch (error) {
    exitCode = 1;
    sayWhy(error);
  }
  return exitCode;
}

async function welcome(
  berth: Berth,
  keys: Keys,
  signal: AbortSignal,
  { home, env, places }: StartContext,
): Promise<void> {
  const { apiUrl } = berth;
  const { apiKey } = keys;
  const signInUrl = await firstOwnersLink({ apiUrl, apiKey, signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    sayProblem(`no link to sign in could be made: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  });
  berth.offerSignIn(signInUrl);
  const example = await provideExample({ apiUrl, apiKey, directory: places.exampleDir, say, signal }).catch(
    (error: unknown): ExampleTask | { problem: string } => {
      signal.throwIfAborted();
      return { problem: error instanceof Error ? error.message : String(error) };
    },
  );
  const isolation = await isolationOfRuns({ apiUrl, apiKey, signal }).catch(() => {
    signal.throwIfAborted();
    return null;
  });
  const keyFromEnvironment = env['BERTH_API_KEY'] !== undefined;
  // In the checkout it finds the home that is there; another one has to be named.
  const commandLine = home.root === places.defaultHome ? 'npx berth' : `BERTH_HOME=${home.root} npx berth`;
  const cwd = env['INIT_CWD'] ?? process.cwd();
  const facts = { home, apiUrl, apiKey, keyFromEnvironment, signInUrl, isolation, example, cwd, commandLine };
  for (const line of summaryLines(facts)) {
    console.log(line);
  }
}

function sayWhy(error: unknown): void {
  sayProblem(error instanceof Error ? error.message : String(error));
  if (error instanceof ServiceNotReady) {
    for (const line of error.logTail) {
      console.error(`  ${line}`);
    }
    sayProblem(`the whole log is ${error.logFile}`);
  }
}
