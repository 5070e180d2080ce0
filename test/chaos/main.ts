import { setMaxListeners } from 'node:events';
import { parseArgs } from 'node:util';
import { check, type Evidence } from './checker.js';
import { readMoves, readTasks, strandedSlots } from './evidence.js';
import { Load } from './load.js';
import { report } from './report.js';
import { Storm } from './storm.js';
import { findTerraform } from './find-terraform.js';
import { QUICK_PACE } from './pace.js';
import { World } from './world.js';

/** How long everything may take to come to its end once all is mended. */
const SETTLE_MS = 150_000;
const PROGRESS_MS = 15_000;

interface Options {
  readonly minutes: number;
  readonly seed: number;
  readonly keep: boolean;
}

/** @throws Error that says which option is wrong */
function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '3' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
      keep: { type: 'boolean', default: false },
    },
  });
  const minutes = Number(values.minutes);
  const seed = Number(values.seed);
  if (!(minutes > 0 && minutes <= 1_440)) {
    throw new Error(`--minutes must be a number above 0 and up to 1440, and was ${values.minutes}`);
  }
  if (!Number.isInteger(seed) || seed < 0) {
    throw new Error(`--seed must be a whole number from 0 on, and was ${values.seed}`);
  }
  return { minutes, seed, keep: values.keep };
}

function tell(line: string): void {
  console.log(line);
}

async function collect(world: World, load: Load): Promise<Evidence> {
  const database = await world.database();
  return {
    promised: load.promised,
    tasks: await readTasks(database),
    moves: await readMoves(database),
    effects: await world.effects.read(),
    strandedSlots: await strandedSlots(database),
    leftProcesses: await world.leftProcesses(),
  };
}

async function run({ minutes, seed, keep }: Options, interrupted: AbortSignal): Promise<number> {
  tell(`chaos: seed ${seed}, ${minutes} min; starting the system`);
  const crew = { api: 2, registry: 2, scheduler: 2, agent: 4 };
  const world = await World.create({ terraform: findTerraform(), crew, pace: QUICK_PACE, tell });
  let allWell = false;
  try {
    const load = new Load(world.apiUrls, world.apiKey, world.effects, seed);
    const storm = new Storm(world, seed);
    const enough = new AbortController();
    setMaxListeners(0, enough.signal);
    interrupted.addEventListener('abort', () => {
      storm.stop();
      enough.abort();
    });
    const people = load.run(enough.signal);
    people.catch(() => {
      storm.stop();
    });
    const isOver = (): boolean => interrupted.aborted;
    const begun = Date.now();
    const progress = setInterval(() => {
      const at = ((Date.now() - begun) / 1_000).toFixed(0);
      tell(
        `${at.padStart(5)} s  ${storm.past.length} faults over, ${storm.atOnce} now; ` +
          `${load.promised.length} tasks, ${load.inFlight} not ended`,
      );
    }, PROGRESS_MS);
    try {
      await storm.rage(begun + minutes * 60_000);
      if (isOver()) {
        return 130;
      }
      const mendedAt = Date.now();
      load.end();
      await world.heal();
      setTimeout(() => {
        enough.abort();
      }, SETTLE_MS).unref();
      await people;
      if (isOver()) {
        return 130;
      }
      const evidence = await collect(world, load);
      const { tasks, moves } = evidence;
      const violations = check(evidence);
      const settledSeconds = (Date.now() - mendedAt) / 1_000;
      tell(report({ seed, minutes, tasks, moves, faults: storm.past, violations, settledSeconds }));
      allWell = violations.length === 0;
      return allWell ? 0 : 1;
    } finally {
      clearInterval(progress);
      enough.abort();
    }
  } finally {
    const kept = keep || (!allWell && !interrupted.aborted);
    await world.stop(kept);
    if (kept) {
      tell(`logs and data are kept in ${world.home}`);
    }
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interrupt.abort();
    });
  }
  process.exitCode = await run(options, interrupt.signal);
} catch (error) {
  console.error(`chaos: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
