// The built services on another Node, by default the 24 that the images use: from nothing to an applied demo, on a
// home of their own. `node scripts/smoke.mjs 22` tries another one.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, existsSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const REPOSITORY = resolve(import.meta.dirname, '..');
const LAUNCHER = join(REPOSITORY, 'apps/launcher/dist/main.js');
const READY_MS = 180_000;
const DEMO_MS = 180_000;
const STOP_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'berth-smoke-'));
// As root, the database's own account has to pass through.
chmodSync(folder, 0o711);
try {
  process.exitCode = await smoke(installNode(process.argv[2] ?? '24'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function installNode(wanted) {
  const name = `node-${process.platform}-${process.arch}`;
  const npm = spawnSync(
    'npm',
    ['install', '--prefix', join(folder, 'node'), '--no-save', `${name}@${wanted}`],
    {
      encoding: 'utf8',
      timeout: 180_000,
    },
  );
  if (npm.status !== 0) {
    throw new Error(`npm could not install ${name}@${wanted}:\n${npm.stderr}`);
  }
  return join(folder, 'node/node_modules', name, 'bin/node');
}

async function smoke(node) {
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  console.log(`smoke: the services run on ${version}`);
  const env = { ...process.env, BERTH_HOME: join(folder, 'home') };
  const platform = spawn(node, [LAUNCHER, 'start'], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = new Promise((done) => platform.once('exit', (code) => done(code ?? 1)));
  try {
    await isUp(platform, join(env.BERTH_HOME, 'runtime.json'));
    const demo = spawnSync(node, [LAUNCHER, 'demo'], { env, stdio: 'inherit', timeout: DEMO_MS });
    if (demo.status !== 0) {
      console.error(`smoke: the demo ended with ${demo.status}`);
      return 1;
    }
  } finally {
    platform.kill('SIGTERM');
    const late = pause(STOP_MS, 'late', { ref: false });
    if ((await Promise.race([ended, late])) === 'late') {
      platform.kill('SIGKILL');
      console.error('smoke: the platform did not stop in time');
    }
  }
  return ended;
}

/** The runtime file is written when all services are ready. */
async function isUp(platform, runtimeFile) {
  const deadline = Date.now() + READY_MS;
  while (!existsSync(runtimeFile) || JSON.parse(readFileSync(runtimeFile, 'utf8')).apiUrl === undefined) {
    if (platform.exitCode !== null || Date.now() > deadline) {
      throw new Error('the platform did not come up');
    }
    await pause(250);
  }
}
