// What one sender without a key can do to the api: how long /healthz takes meanwhile, and how large the api becomes.
import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { HEAVY_BODIES } from '../test/support/heavy-bodies.js';
import { startBuildPlatform } from './build-platform.js';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '8' },
    /** Of each kind of body. */
    seconds: { type: 'string', default: '5' },
    /** Of the process that sends: where to, and what. */
    to: { type: 'string' },
    kind: { type: 'string', default: '' },
  },
});

/** Sends one body after the other on each connection until it is ended; prints how many had an answer. */
async function sendOn(url: string, kind: string): Promise<void> {
  const heavy = HEAVY_BODIES.find(({ what }) => what === kind);
  if (heavy === undefined) {
    throw new Error(`there is no body "${kind}"`);
  }
  let answered = 0;
  process.once('message', () => {
    process.send?.(answered, () => {
      process.exit();
    });
  });
  const body = new Uint8Array(await heavy.body());
  process.send?.('begun');
  await Promise.all(
    Array.from({ length: Number(values.connections) }, async () => {
      for (;;) {
        const answer = await fetch(url + heavy.path, { method: 'POST', headers: heavy.headers, body }).catch(
          () => null,
        );
        answered += answer === null ? 0 : 1;
        await answer?.text();
      }
    }),
  );
}

async function healthFor(url: string, ms: number): Promise<number[]> {
  const took: number[] = [];
  for (const end = performance.now() + ms; performance.now() < end;) {
    await wait(5);
    const began = performance.now();
    await (await fetch(`${url}/healthz`)).text();
    took.push(performance.now() - began);
  }
  return took.toSorted((one, other) => one - other);
}

async function megabytes(pid: number, line: string): Promise<string> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number(new RegExp(`${line}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024).toFixed(0);
}

function row(what: string, took: readonly number[], bodies: number, peak: string): string {
  const at = (share: number) =>
    (took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0).toFixed(1);
  return `| ${what.padEnd(28)} | ${String(bodies).padStart(6)} | ${at(0.5).padStart(6)} | ${at(0.99).padStart(6)} | ${at(1).padStart(6)} | ${peak.padStart(7)} |`;
}

async function measure(): Promise<void> {
  const platform = await startBuildPlatform();
  const lastMs = Number(values.seconds) * 1_000;
  try {
    await healthFor(platform.apiUrl, 1_000);
    console.log('| body                         | bodies | median |    p99 |    max | peak MB |');
    console.log('| ---------------------------- | ------ | ------ | ------ | ------ | ------- |');
    const idle = await healthFor(platform.apiUrl, lastMs);
    console.log(row('(nobody sends)', idle, 0, await megabytes(platform.apiPid, 'VmHWM')));
    for (const { what } of HEAVY_BODIES) {
      const connections = ['--connections', values.connections];
      const sender = fork(fileURLToPath(import.meta.url), [
        '--to',
        platform.apiUrl,
        '--kind',
        what,
        ...connections,
      ]);
      await new Promise((resolve) => sender.once('message', resolve));
      await wait(1_000);
      const took = await healthFor(platform.apiUrl, lastMs);
      const bodies = await new Promise<number>((resolve) => {
        sender.once('message', (count) => {
          resolve(Number(count));
        });
        sender.send('stop');
      });
      console.log(row(what, took, bodies, await megabytes(platform.apiPid, 'VmHWM')));
    }
    console.log(`/healthz in milliseconds, ${values.connections} connections of one sender without a key`);
  } finally {
    await platform.stop();
  }
}

await (values.to === undefined ? measure() : sendOn(values.to, values.kind));
