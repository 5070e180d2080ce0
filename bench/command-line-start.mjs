// How long `berth --help` takes from its start to its end, and Node alone beside it.
import { execFileSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { summarize } from './statistics.mjs';

const RUNS = 21;
const COMMANDS = {
  node: ['-e', '0'],
  'berth --help': ['apps/cli/dist/berth.mjs', '--help'],
  'npx’s berth --help': ['apps/cli/bin/berth.mjs', '--help'],
};

for (const [name, args] of Object.entries(COMMANDS)) {
  const times = Array.from({ length: RUNS }, () => {
    const begun = performance.now();
    execFileSync(process.execPath, args, { stdio: 'ignore' });
    return performance.now() - begun;
  });
  const { min, median, p95 } = summarize(times);
  console.log(
    `${name.padEnd(20)} min ${min.toFixed(0)} ms, median ${median.toFixed(0)}, p95 ${p95.toFixed(0)}`,
  );
}
