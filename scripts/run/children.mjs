import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';

/** One key press may arrive twice: from the terminal and from npm, which passes it on as well. */
const SAME_PRESS_MS = 500;

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** How often we look whether npm is still there. */
const PARENT_CHECK_MS = 500;
/** Who started us, before anything could have happened to it. */
const parent = process.ppid;

/**
 * Runs a program that has the terminal, and answers with its exit code. What tells us to stop is passed on to it,
 * each wish once, and its end is waited for.
 */
export async function runInForeground(file, args, { cwd, ownSession = false }) {
  const child = spawn(file, args, {
    cwd,
    detached: ownSession,
    // The channel tells the launcher when we are killed, so that it is not left alone.
    stdio: ownSession ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
  });
  let last = -Infinity;
  const passOn = (signal) => {
    const now = performance.now();
    if (now - last > SAME_PRESS_MS) {
      last = now;
      child.kill(signal);
    }
  };
  // In the terminal's own group the child has had its Ctrl-C already; we only must not go before it.
  process.on('SIGINT', (signal) => (ownSession ? passOn(signal) : undefined));
  process.on('SIGTERM', passOn);
  process.on('SIGHUP', passOn);
  const watch = stopWithNpm(() => child.kill('SIGTERM'));
  return new Promise((settle, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      settle(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** npm passes a signal to the shell that it runs us in, which ends without a word to us: its end is the signal. */
function stopWithNpm(stop) {
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) {
      clearInterval(watch);
      stop();
    }
  }, PARENT_CHECK_MS);
  return watch;
}

/** Runs a program in silence, and answers with its exit code and all that it said. When we are stopped, so is it. */
export async function runQuietly(file, args, { cwd, env = process.env, deadlineMs }) {
  // A group of its own, so that its end is also the end of all that it has started.
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const said = [];
  child.stdout.on('data', (data) => said.push(data));
  child.stderr.on('data', (data) => said.push(data));
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    killGroup(child);
  }, deadlineMs);
  const stop = (signal) => {
    killGroup(child);
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of STOP_SIGNALS) {
    process.on(signal, stop);
  }
  try {
    const code = await new Promise((settle, reject) => {
      child.on('error', reject);
      child.on('close', (exitCode, signal) => {
        settle(exitCode ?? 128 + (constants.signals[signal] ?? 0));
      });
    });
    const output = Buffer.concat(said).toString('utf8');
    return { code, output: late ? `${output}\n(killed after ${deadlineMs / 1000} s)\n` : output };
  } finally {
    clearTimeout(deadline);
    for (const signal of STOP_SIGNALS) {
      process.off(signal, stop);
    }
  }
}

function killGroup(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** npm's own program where npm runs us, so that both are of one version; else the one in the PATH. */
export function npmCommand(args) {
  const npm = process.env.npm_execpath;
  return npm?.endsWith('npm-cli.js') ? [process.execPath, [npm, ...args]] : ['npm', args];
}
