import { performance } from 'node:perf_hooks';
import { npmCommand, runQuietly } from './children.mjs';
import { repository } from './repository.mjs';

const STEP_DEADLINE_MS = 15 * 60_000;

const node = (...args) => [process.execPath, args];

const steps = [
  ['format', node('node_modules/prettier/bin/prettier.cjs', '--check', '.')],
  ['lint', node('node_modules/eslint/bin/eslint.js', '.')],
  ['rooms', npmCommand(['run', '--silent', 'rooms'])],
  ['unused', npmCommand(['run', '--silent', 'unused'])],
  ['types', node('node_modules/typescript/bin/tsc', '-b')],
  ['unit tests', npmCommand(['run', '--silent', 'test:unit'])],
];

/** Runs every check to its end, shows what the failing ones say, and answers with the exit code. */
export async function check() {
  const failed = [];
  for (const [name, [file, args]] of steps) {
    const begun = performance.now();
    const { code, output } = await runQuietly(file, args, {
      cwd: repository,
      env: colours(),
      deadlineMs: STEP_DEADLINE_MS,
    });
    const seconds = `${((performance.now() - begun) / 1000).toFixed(1)} s`;
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(12)} ${seconds.padStart(7)}`);
    if (code !== 0) {
      failed.push(name);
      console.log(`\n${output.trimEnd()}\n`);
    }
  }
  console.log(failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

/** The tools write to a pipe here; on a terminal they may still use its colours. */
function colours() {
  return process.stdout.isTTY && !process.env.CI ? { ...process.env, FORCE_COLOR: '1' } : process.env;
}
