// Makes dist/berth.mjs, the command line as one file, from the sources of apps/cli and libs/client.
import { chmod, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const here = import.meta.dirname;

/** Puts the finished bundle in its place at once: another process may be starting the one before. */
export async function bundleCommandLine() {
  const { version } = JSON.parse(await readFile(join(here, 'package.json'), 'utf8'));
  const made = join(here, 'dist', `berth-${process.pid}.mjs`);
  const bundle = await rolldown({
    input: join(here, 'src/main.ts'),
    platform: 'node',
    tsconfig: join(here, 'tsconfig.json'),
    resolve: { conditionNames: ['@berth/source', 'node', 'import', 'default'] },
    transform: { define: { 'process.env.BERTH_CLI_VERSION': JSON.stringify(version) } },
    onLog: (level, log, pass) => (level === 'warn' ? pass('error', log) : pass(level, log)),
  });
  try {
    await bundle.write({
      file: made,
      format: 'esm',
      codeSplitting: false,
      minify: true,
      banner: '#!/usr/bin/env node',
      comments: { legal: true, annotation: false, jsdoc: false },
    });
    await chmod(made, 0o755);
    await rename(made, join(here, 'dist/berth.mjs'));
  } catch (error) {
    await rm(made, { force: true });
    throw error;
  } finally {
    await bundle.close();
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename) {
  await bundleCommandLine();
}
