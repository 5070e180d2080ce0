// How long it takes from a confirmation to the start of the terraform process that applies the plan.
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { benchWorkspace } from './bench-workspace.mjs';
import { runningPlatform } from './platform.mjs';
import { summarize } from './statistics.mjs';

const HELP = `Usage: node bench/confirm-to-apply.mjs [--runs 30] [--api-url <url>] [--json]

Measures a running Berth: npm start first, or --api-url with a key of that Berth in BERTH_API_KEY.`;

const REPOSITORY = resolve(import.meta.dirname, '..');
/** The first plan of all installs terraform. */
const PLAN_DEADLINE_MS = 300_000;
const APPLY_DEADLINE_MS = 60_000;
/** After a confirmation we leave the api alone for so long: our own looking must not slow down what we measure. */
const SILENCE_MS = 300;

const COLUMNS = [
  ['confirmation recorded to process started', 'ms', (run) => run.confirmedToProcessMs],
  ['confirm called to process started', 'ms', (run) => run.calledToProcessMs],
  ['terraform init of the plan', 's', (run) => run.planInitSeconds],
  ['terraform init of the apply', 's', (run) => run.applyInitSeconds],
];

async function measure(platform, workspace) {
  const { id } = await workspace.queue();
  const planned = await platform.taskReaches(id, 'apply_pending', PLAN_DEADLINE_MS);
  const { add, change, destroy } = planned.changes;
  if (add + change !== 1 || destroy !== 0) {
    throw new Error(`the plan of task ${id} is not one of examples/hello, so it is not confirmed`);
  }
  const calledAt = Date.now();
  await platform.post(`/api/v1/tasks/${id}/confirm`, { planHash: planned.planHash });
  const answeredAt = Date.now();
  await delay(SILENCE_MS);
  const { confirmedAt, phases } = await platform.taskReaches(id, 'succeeded', APPLY_DEADLINE_MS);
  const processStartedAt = Date.parse(phases.apply.processStartedAt);
  return {
    taskId: id,
    confirmedToProcessMs: processStartedAt - Date.parse(confirmedAt),
    calledToProcessMs: processStartedAt - calledAt,
    confirmCallMs: answeredAt - calledAt,
    planInitSeconds: phases.plan.init.seconds,
    applyInitSeconds: phases.apply.init.seconds,
    warm: phases.apply.init.skipped,
    engineVersion: phases.apply.engineVersion,
  };
}

async function runs(count, { platform, workspace, stop, progress }) {
  const measured = [];
  // The first one, in which terraform may have to be installed, is not counted.
  for (let n = 0; n <= count; n += 1) {
    if (stop.wished) {
      throw new Error('stopped');
    }
    const run = await measure(platform, workspace);
    progress(
      `${n === 0 ? 'not counted' : `run ${n} of ${count}`}: ${run.confirmedToProcessMs} ms${run.warm ? '' : ' (cold)'}`,
    );
    if (n > 0) {
      measured.push(run);
    }
  }
  return measured;
}

function report(platform, measured) {
  const warm = measured.filter((run) => run.warm).length;
  const figure = (value, unit) => (unit === 's' ? value.toFixed(3) : String(value)).padStart(9);
  console.log(
    [
      '',
      `${measured.length} runs on ${platform.apiUrl}: terraform ${measured[0].engineVersion}, ` +
        `${availableParallelism()} processors, Node ${process.versions.node}; ${warm} of them applied in a warm slot`,
      `${''.padEnd(44)}${['min', 'median', 'p95', 'max'].map((word) => word.padStart(9)).join('')}`,
      ...COLUMNS.map(([title, unit, pick]) => {
        const { min, median, p95, max } = summarize(measured.map(pick));
        return `${`${title}, ${unit}`.padEnd(44)}${[min, median, p95, max].map((value) => figure(value, unit)).join('')}`;
      }),
    ].join('\n'),
  );
}

function json(platform, measured) {
  console.log(
    JSON.stringify(
      {
        apiUrl: platform.apiUrl,
        processors: availableParallelism(),
        node: process.versions.node,
        summary: Object.fromEntries(
          COLUMNS.map(([title, unit, pick]) => [`${title}, ${unit}`, summarize(measured.map(pick))]),
        ),
        runs: measured,
      },
      null,
      2,
    ),
  );
}

async function main() {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '30' },
      'api-url': { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const count = Number(values.runs);
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`--runs must be a number from 1 on, and is "${values.runs}"`);
  }
  const stop = { wished: false };
  for (const signal of ['SIGINT', 'SIGTERM']) {
    // The run in hand is finished, which takes a second; asked again, we go at once.
    process.on(signal, () => (stop.wished ? process.exit(130) : (stop.wished = true)));
  }
  const platform = runningPlatform(values['api-url'], REPOSITORY);
  const workspace = await benchWorkspace(platform, REPOSITORY);
  try {
    const measured = await runs(count, { platform, workspace, stop, progress: console.error });
    (values.json ? json : report)(platform, measured);
  } catch (error) {
    // What cannot be cancelled now is cancelled by the next benchmark; what went wrong before is what matters.
    await workspace.cancelOwn().catch(() => undefined);
    throw error;
  }
}

try {
  await main();
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
