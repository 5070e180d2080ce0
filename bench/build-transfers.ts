// What the api's memory does while a large source and a large result go through it.
import { createHash, randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BuildClient, form } from '../test/support/build-client.js';
import { startBuildPlatform } from './build-platform.js';

const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '500' } } });
const MEGABYTES = Number(values.megabytes);
const LOOK_MS = 50;
const TRANSFER_MS = 600_000;

/** Resident memory in MB. */
async function residentOf(pid: number): Promise<number> {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** The most that the process had while `work` went on. */
async function peakDuring(
  pid: number,
  work: () => Promise<void>,
): Promise<{ peak: number; seconds: number }> {
  let peak = 0;
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      peak = Math.max(peak, await residentOf(pid));
      await wait(LOOK_MS);
    }
  })();
  const began = performance.now();
  await work().finally(() => {
    over.abort();
  });
  await watching;
  return { peak, seconds: (performance.now() - began) / 1_000 };
}

async function randomFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  for (let n = 0; n < MEGABYTES; n += 1) {
    const piece = randomBytes(1024 * 1024);
    hash.update(piece);
    await file.write(piece);
  }
  await file.close();
  return hash.digest('hex');
}

async function download(url: string, headers: Record<string, string>): Promise<string> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(TRANSFER_MS) });
  const hash = createHash('sha256');
  await response.body?.pipeTo(
    Writable.toWeb(
      new Writable({
        write: (piece: Buffer, _, done) => {
          hash.update(piece);
          done();
        },
      }),
    ),
  );
  return hash.digest('hex');
}

async function upload(
  url: string,
  headers: Record<string, string>,
  fields: Record<string, string>,
  file: { name: string; path: string },
): Promise<{ id: string }> {
  const data = form(fields, {});
  data.set(file.name, await openAsBlob(file.path), `${file.name}.tar.gz`);
  const signal = AbortSignal.timeout(TRANSFER_MS);
  const response = await fetch(url, { method: 'POST', headers, body: data, signal });
  if (!response.ok) {
    throw new Error(`${url}: ${response.status} ${await response.text()}`);
  }
  return (await response.json()) as { id: string };
}

const directory = await mkdtemp(join(tmpdir(), 'berth-bench-'));
const platform = await startBuildPlatform();
try {
  const path = join(directory, 'bytes');
  const sha256 = await randomFile(path);
  const api = platform.apiUrl;
  const client = new BuildClient(api, platform.apiKey);
  const key = { 'x-api-key': platform.apiKey };
  const pid = platform.apiPid;
  await client.submit(randomBytes(1_000_000));
  const worker = await client.worker('bench');
  const small = (await worker.poll()) as { id: string };
  await worker.expect('POST', '/api/workers/fail', { build_id: small.id, error: 'warm-up' });
  await wait(3_000);
  const before = await residentOf(pid);
  let id = '';
  const rows = {
    'source in': async () => {
      ({ id } = await upload(`${api}/api/builds`, key, { platform: 'ios' }, { name: 'source', path }));
    },
    'source out': async () => {
      await worker.poll();
      expectSame(await download(`${api}/api/builds/${id}/source`, worker.headers));
    },
    'result in': async () => {
      const fields = { build_id: id, success: 'true' };
      await upload(`${api}/api/workers/result`, worker.headers, fields, { name: 'result', path });
    },
    'result out': async () => {
      expectSame(await download(`${api}/api/builds/${id}/download`, key));
    },
  };
  console.log(`api before: ${before.toFixed(0)} MB resident; ${MEGABYTES} MB each way`);
  for (const [name, work] of Object.entries(rows)) {
    const { peak, seconds } = await peakDuring(pid, work);
    console.log(
      `${name.padEnd(10)} ${seconds.toFixed(1).padStart(6)} s  most ${peak.toFixed(0)} MB  growth ${(peak - before).toFixed(0)} MB`,
    );
  }
  function expectSame(found: string): void {
    if (found !== sha256) {
      throw new Error(`what came back has SHA-256 ${found}, sent was ${sha256}`);
    }
  }
} finally {
  await platform.stop();
  await rm(directory, { recursive: true, force: true });
}
