import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/** It takes two seconds. */
const DEADLINE_MS = 120_000;
const BUNDLER = resolve(import.meta.dirname, 'module-bundles.mjs');

/** Pure tests need no servers. */
export default async function setUp() {
  // A process of its own: what the bundler takes of memory ends with it.
  const { stdout } = await promisify(execFile)(process.execPath, [BUNDLER], {
    timeout: DEADLINE_MS,
  });
  process.env.BERTH_TEST_MODULES = stdout.trim();
}
