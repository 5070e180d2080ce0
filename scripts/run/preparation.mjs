import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand, runQuietly } from './children.mjs';
import { isInstalled, markInstalled } from './install-stamp.mjs';
import { withProgress } from './progress.mjs';
import { repository } from './repository.mjs';

const INSTALL_DEADLINE_MS = 15 * 60_000;
const BUILD_DEADLINE_MS = 10 * 60_000;
const HEAD_LINES = 15;
const TAIL_LINES = 15;

/** Installs what package-lock.json says, unless exactly that is there. */
export async function ensureDependencies() {
  if (isInstalled()) {
    return;
  }
  await withProgress('Installing dependencies', async () => {
    // Nothing that Berth uses needs an install script to have run, so none may.
    const [file, args] = npmCommand([
      'ci',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ]);
    const { code, output } = await runQuietly(file, args, {
      cwd: repository,
      deadlineMs: INSTALL_DEADLINE_MS,
    });
    if (code !== 0) {
      throw new Error(`npm ci failed with exit code ${code}:\n${gist(output)}`);
    }
  });
  markInstalled();
}

/** Compiles the apps, the libs that they use, and `more`; what has not changed is not compiled again. */
export async function ensureBuild(...more) {
  await withProgress('Building', async () => {
    const tsc = ['node_modules/typescript/bin/tsc', '-b', ...appProjects(), ...more];
    const { code, output } = await runQuietly(process.execPath, tsc, {
      cwd: repository,
      deadlineMs: BUILD_DEADLINE_MS,
    });
    if (code !== 0) {
      throw new Error(`the build failed:\n${gist(output)}`);
    }
    await bundle('apps/cli/bundle.mjs', 'the command line');
    await bundle('apps/dashboard/build.mjs', 'the dashboard');
  });
}

/** The command line is one file, and the dashboard a few: both are made of their sources. */
async function bundle(script, what) {
  const { code, output } = await runQuietly(process.execPath, [script], {
    cwd: repository,
    deadlineMs: BUILD_DEADLINE_MS,
  });
  if (code !== 0) {
    throw new Error(`${what} could not be bundled:\n${gist(output)}`);
  }
}

/** The projects that run. Those of the tests are checked, not run: an unfinished test keeps nobody from starting. */
function appProjects() {
  const apps = readdirSync(join(repository, 'apps')).map((name) => join('apps', name));
  return apps.filter((app) => existsSync(join(repository, app, 'tsconfig.json')));
}

/** The beginning, where npm says what is wrong before it explains its usage, and the end, where others do. */
function gist(output) {
  const lines = output.trimEnd().split('\n');
  return lines.length <= HEAD_LINES + TAIL_LINES
    ? lines.join('\n')
    : [...lines.slice(0, HEAD_LINES), '…', ...lines.slice(-TAIL_LINES)].join('\n');
}
