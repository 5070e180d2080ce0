#!/usr/bin/env node
// A build worker in one file: it asks Berth for builds, runs a command on each source, and uploads what that makes.
// Take it as a beginning for your own. It needs Node 20 and tar, for sources that are zips unzip (or a tar that reads
// them, as macOS' does), and nothing of Berth's code.
//
//   BERTH_URL=http://127.0.0.1:8080 BERTH_API_KEY=… node examples/build/worker.mjs
//
//   WORKER_NAME      how it is called in lists (default: this machine's name)
//   WORKER_PLATFORMS what it builds for (default: ios,android)
//   WORKER_COMMAND   run in the unpacked source (default: npm test && npm pack)
//   WORKER_RESULT    what the command has made, a pattern (default: *.tgz)
//   POLL_SECONDS     pause between two questions (default: 5)
//   HEARTBEAT_SECONDS how often it says that a build goes on, and hears that it is not wanted any more (default: 20)
import { spawn } from 'node:child_process';
import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';

const {
  BERTH_URL = 'http://127.0.0.1:8080',
  BERTH_API_KEY,
  WORKER_NAME = hostname(),
  WORKER_PLATFORMS = 'ios,android',
  WORKER_COMMAND = 'npm test && npm pack',
  WORKER_RESULT = '*.tgz',
  POLL_SECONDS = '5',
  HEARTBEAT_SECONDS = '20',
} = process.env;

const LOGS_EVERY_MS = 1_000;
const ANSWER_MS = 30_000;
const TRANSFER_MS = 3_600_000;

if (!BERTH_API_KEY) {
  console.error('set BERTH_API_KEY: a key of Berth’s API');
  process.exit(1);
}

/** Berth said no: `status` tells what to do. */
class Refused extends Error {
  constructor(method, path, status, text) {
    super(`${method} ${path}: ${status} ${text}`);
    this.status = status;
  }
}

const me = { id: undefined, token: undefined };
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    console.error(`${signal}: finishing, then leaving; once more ends at once`);
    stop.abort();
  });
}

/** One call; each answer may carry a newer token. */
async function call(method, path, { body, key = false, ms = ANSWER_MS } = {}) {
  const json = body !== undefined && !(body instanceof FormData);
  const response = await fetch(new URL(path, BERTH_URL), {
    method,
    headers: {
      ...(key ? { 'x-api-key': BERTH_API_KEY } : { 'x-worker-token': me.token, 'x-worker-id': me.id }),
      ...(json ? { 'content-type': 'application/json' } : {}),
    },
    body: json ? JSON.stringify(body) : body,
    signal: AbortSignal.timeout(ms),
  });
  if (!response.ok) {
    throw new Refused(method, path, response.status, await response.text());
  }
  return response;
}

async function answer(method, path, options) {
  const response = await call(method, path, options);
  const said = await response.json();
  me.token = said.access_token ?? me.token;
  return said;
}

async function register(more = {}) {
  const platforms = WORKER_PLATFORMS.split(',');
  const capabilities = { platforms, maxConcurrentBuilds: 1 };
  const said = await answer('POST', '/api/workers/register', {
    body: { ...(me.id ? { id: me.id } : {}), name: WORKER_NAME, capabilities, ...more },
    key: true,
  });
  me.id = said.id;
  console.error(`${said.status} as ${WORKER_NAME} (${me.id}) for ${WORKER_PLATFORMS}`);
}

/** An expired token is no end: the worker registers again and asks once more. */
async function speak(method, path, options) {
  try {
    return await answer(method, path, options);
  } catch (error) {
    if (error.status !== 401) {
      throw error;
    }
    await register();
    return answer(method, path, options);
  }
}

/** Runs the command; each line goes to `tell`. Gives the exit code. */
async function run(directory, tell, signal) {
  const child = spawn('/bin/sh', ['-c', WORKER_COMMAND], {
    cwd: directory,
    // A group of its own, so that what the command has begun ends with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  signal.addEventListener('abort', () => process.kill(-child.pid, 'SIGTERM'), { once: true });
  createInterface({ input: child.stdout }).on('line', (line) => tell('info', line));
  createInterface({ input: child.stderr }).on('line', (line) => tell('warn', line));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

async function resultIn(directory) {
  const [prefix, suffix = ''] = WORKER_RESULT.split('*');
  const names = await readdir(directory);
  const found = names.find((name) => name.startsWith(prefix) && name.endsWith(suffix));
  if (!found) {
    throw new Error(`the command has left no ${WORKER_RESULT}`);
  }
  return join(directory, found);
}

/** Gives the exit code; null where there is no such program. */
async function exitOf(program, args) {
  return new Promise((resolve, reject) => {
    spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
      .once('error', (error) => (error.code === 'ENOENT' ? resolve(null) : reject(error)))
      .once('close', resolve);
  });
}

/** A source is a zip or a tar.gz, whatever it is called. */
async function unpack(archive, directory) {
  const file = await open(archive);
  const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0).finally(() => file.close());
  const isZip = buffer.toString('latin1') === 'PK';
  const viaUnzip = isZip ? await exitOf('unzip', ['-q', archive, '-d', directory]) : null;
  const code = viaUnzip ?? (await exitOf('tar', [isZip ? '-xf' : '-xzf', archive, '-C', directory]));
  if (code !== 0) {
    throw new Error(`the source is no ${isZip ? 'whole zip' : 'tar.gz or zip'}`);
  }
}

async function build(job) {
  const directory = await mkdtemp(join(tmpdir(), 'berth-build-'));
  const gone = new AbortController();
  const lines = [];
  const tell = (level, message) => lines.push({ level, message });
  // What Berth no longer wants of us ends: the build was cancelled, or another worker has it.
  const hear = async (work) =>
    work().catch((error) => {
      if (error.status === 409) {
        gone.abort();
      }
      console.error(String(error));
    });
  const sendLogs = async () => {
    const logs = lines.splice(0, 500);
    if (logs.length > 0) {
      await hear(async () => speak('POST', `/api/builds/${job.id}/logs`, { body: { logs } }));
    }
  };
  const logging = setInterval(sendLogs, LOGS_EVERY_MS);
  const beating = setInterval(
    () => hear(async () => speak('POST', '/api/workers/heartbeat', { body: { build_id: job.id } })),
    Number(HEARTBEAT_SECONDS) * 1_000,
  );
  try {
    const archive = join(directory, 'source');
    const source = await call('GET', job.source_url, { ms: TRANSFER_MS });
    await pipeline(Readable.fromWeb(source.body), createWriteStream(archive));
    const unpacked = await mkdtemp(join(directory, 'source-'));
    await unpack(archive, unpacked);
    const code = await run(unpacked, tell, gone.signal);
    while (lines.length > 0 && !gone.signal.aborted) {
      await sendLogs();
    }
    if (code !== 0) {
      throw new Error(`"${WORKER_COMMAND}" ended with exit code ${code}`);
    }
    const result = await resultIn(unpacked);
    const form = new FormData();
    form.set('build_id', job.id);
    form.set('success', 'true');
    form.set('result', await openAsBlob(result), basename(result));
    await speak('POST', '/api/workers/result', { body: form, ms: TRANSFER_MS });
    console.error(`build ${job.id}: done, ${basename(result)}`);
  } catch (error) {
    if (gone.signal.aborted || error.status === 409) {
      console.error(`build ${job.id}: dropped, it is not ours any more`);
      return;
    }
    console.error(`build ${job.id}: ${error.message}`);
    await speak('POST', '/api/workers/fail', { body: { build_id: job.id, error: error.message } });
  } finally {
    clearInterval(logging);
    clearInterval(beating);
    await rm(directory, { recursive: true, force: true });
  }
}

await register({ active_build_count: 0 });
while (!stop.signal.aborted) {
  try {
    const { job } = await speak('GET', '/api/workers/poll');
    if (job) {
      console.error(`build ${job.id} for ${job.platform}`);
      await build(job);
      continue;
    }
  } catch (error) {
    console.error(`${error.message}; asking again in ${POLL_SECONDS} s`);
  }
  await pause(Number(POLL_SECONDS) * 1_000, undefined, { signal: stop.signal }).catch(() => undefined);
}
await speak('POST', '/api/workers/unregister');
