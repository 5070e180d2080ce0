import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NOT_CONFINED } from '../processes/isolation/no-isolation.js';
import { killGroup } from '../processes/process-group.js';
import { runTerraform, type TerraformCommand, type TerraformResult } from './terraform-process.js';

let directory: string;
/** Every child of a test that failed dies with it. */
const started = new Set<number>();

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'berth-process-')));
});
afterEach(async () => {
  for (const pid of started) {
    killGroup(pid);
  }
  started.clear();
  await rm(directory, { recursive: true, force: true });
});

/** A stand-in for terraform: a shell script. */
async function script(body: string): Promise<string> {
  const path = join(directory, 'stand-in');
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

interface Watched {
  text: string;
  onText: (text: string) => void;
  /** Resolves when the log contains the words. */
  saw: (words: string) => Promise<void>;
}

function watch(): Watched {
  const waiting: { words: string; resolve: () => void }[] = [];
  const watched: Watched = {
    text: '',
    onText: (text) => {
      watched.text += text;
      for (const { words, resolve } of waiting) {
        if (watched.text.includes(words)) {
          resolve();
        }
      }
    },
    saw: (words) =>
      new Promise((resolve) => {
        waiting.push({ words, resolve });
        watched.onText('');
      }),
  };
  return watched;
}

function run(binary: string, options: Partial<TerraformCommand> = {}): Promise<TerraformResult> {
  return runTerraform({
    binary,
    args: [],
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '' },
    confinement: NOT_CONFINED,
    json: true,
    onText: () => undefined,
    signal: new AbortController().signal,
    graceMs: 60_000,
    ...options,
    onSpawn: (spawned) => {
      started.add(spawned.pid);
      options.onSpawn?.(spawned);
    },
  }).finally(() => {
    started.clear();
  });
}

/** Gone, or dead and only waiting to be reaped by init. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    const path = `/proc/${pid}/stat`;
    if (!existsSync(path) || /\) Z /.test(readFileSync(path, 'utf8'))) {
      return;
    }
    await sleep(5);
  }
}

const event = (parts: Record<string, unknown>): string =>
  `echo '${JSON.stringify({ '@level': 'info', '@message': 'm', ...parts })}'`;

describe('a run to its end', () => {
  it('starts when what it waits for is done, and never where that fails', async () => {
    const mark = join(directory, 'mark');
    const binary = await script(`test -e ${mark}; echo "$?" > ${join(directory, 'seen')}`);
    await expect(run(binary, { ready: async () => Promise.reject(new Error('not ready')) })).rejects.toThrow(
      'not ready',
    );
    expect(existsSync(join(directory, 'seen'))).toBe(false);
    await run(binary, { ready: async () => writeFile(mark, '') });
    expect(readFileSync(join(directory, 'seen'), 'utf8')).toBe('0\n');
  });

  it('tells exit code, counts, diagnostics and the marks on the way', async () => {
    const binary = await script(
      [
        event({ type: 'version', '@message': 'Terraform 1.11.4' }),
        event({ type: 'apply_start', hook: { resource: { addr: 'data.x' }, action: 'read' } }),
        event({ type: 'apply_complete', hook: { resource: { addr: 'data.x' }, action: 'read' } }),
        event({
          type: 'apply_start',
          '@message': 'a: Creating...',
          hook: { resource: { addr: 'a' }, action: 'create' },
        }),
        event({ type: 'apply_complete', hook: { resource: { addr: 'a' }, action: 'create' } }),
        event({ type: 'apply_errored', hook: { resource: { addr: 'b' }, action: 'create' } }),
        event({ type: 'diagnostic', diagnostic: { severity: 'error', summary: 'S', detail: 'D' } }),
        event({
          type: 'change_summary',
          changes: { add: 1, change: 0, import: 0, remove: 2, operation: 'apply' },
        }),
        'echo "not json"',
        'echo "on stderr" >&2',
        'exit 3',
      ].join('\n'),
    );
    const log = watch();
    const types: string[] = [];
    const result = await run(binary, { onText: log.onText, onEvent: ({ type }) => types.push(type) });

    expect(result).toMatchObject({
      exitCode: 3,
      signal: null,
      appliedResources: 1,
      erroredResources: 1,
      diagnostics: [{ summary: 'S', detail: 'D' }],
      changes: { add: 1, remove: 2, operation: 'apply' },
      stderrTail: 'on stderr\n',
      cancelled: false,
      timedOut: false,
      killed: false,
      callbackError: null,
    });
    expect(result.versionLineAt).toBeInstanceOf(Date);
    expect(result.firstApplyStartAt).toBeInstanceOf(Date);
    expect(types).toHaveLength(8);
    expect(log.text).toContain('a: Creating...\n');
    expect(log.text).toContain('not json\n');
    expect(log.text).toContain('on stderr\n');
  });

  it('does not take the reading of data for the first change', async () => {
    const binary = await script(
      event({ type: 'apply_start', hook: { resource: { addr: 'data.x' }, action: 'read' } }),
    );

    expect((await run(binary)).firstApplyStartAt).toBeNull();
  });

  it('gives the child the named environment, the directory, no input, and nothing else', async () => {
    const binary = await script('pwd; env; cat; echo end');
    const log = watch();
    await run(binary, {
      json: false,
      onText: log.onText,
      env: { PATH: process.env['PATH'] ?? '', ONLY: 'this' },
    });

    expect(log.text.startsWith(`${directory}\n`)).toBe(true);
    expect(log.text).toContain('ONLY=this\n');
    expect(log.text).toContain('end\n');
    expect(log.text).not.toMatch(/^(HOME|NODE_OPTIONS|JEST_WORKER_ID)=/m);
  });

  it('reads diagnostics out of the text of a command without -json', async () => {
    const binary = await script('printf "\\nError: Failed\\n\\nwith a reason\\n" >&2; exit 1');

    expect((await run(binary, { json: false })).diagnostics).toMatchObject([
      { severity: 'error', summary: 'Failed', detail: 'with a reason' },
    ]);
  });

  it('goes on when the log cannot be written, and says so at the end', async () => {
    const binary = await script('echo one; echo two; exit 0');
    const result = await run(binary, {
      onText: () => {
        throw new Error('disk full');
      },
    });

    expect(result.exitCode).toBe(0);
    expect(result.callbackError).toEqual(new Error('disk full'));
  });

  it('tells at once that the process exists', async () => {
    const binary = await script('echo $$');
    const log = watch();
    const pids: number[] = [];
    const result = await run(binary, { onText: log.onText, onSpawn: ({ pid }) => pids.push(pid) });

    expect(pids).toEqual([result.pid]);
    expect(log.text).toBe(`${result.pid}\n`);
  });
});

describe('the end of a process group', () => {
  it('kills what terraform leaves behind, and does not wait for its output', async () => {
    const binary = await script('sleep 1000 & echo $!; exit 0');
    const log = watch();
    const result = await run(binary, { onText: log.onText });

    expect(result.exitCode).toBe(0);
    await gone(Number(log.text));
  });

  it('kills what is left as well when a signal ended terraform', async () => {
    const binary = await script('sleep 1000 & echo $!; kill -SEGV $$');
    const log = watch();
    const result = await run(binary, { onText: log.onText });

    expect(result).toMatchObject({ exitCode: null, signal: 'SIGSEGV', cancelled: false });
    await gone(Number(log.text));
  });
});

describe('a stop', () => {
  it('interrupts terraform alone, and lets it finish', async () => {
    // Not in shell: what sh starts with "&" ignores SIGINT anyhow. SIGUSR2 arrives after a SIGINT that is on its way.
    const provider = `
      let interrupts = 0;
      process.on('SIGINT', () => { interrupts += 1; });
      process.on('SIGUSR2', () => { console.log('provider was interrupted ' + interrupts + ' times'); process.exit(); });
      setInterval(() => undefined, 1000);
      console.log('provider listens');`;
    const terraform = `
      const provider = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(provider)}], { stdio: 'inherit' });
      process.on('SIGINT', () => { provider.kill('SIGUSR2'); });
      provider.on('exit', () => { process.exit(1); });
      console.log('terraform listens');`;
    const log = watch();
    const abort = new AbortController();
    const running = run(process.execPath, {
      args: ['-e', terraform],
      onText: log.onText,
      signal: abort.signal,
    });
    await Promise.all([log.saw('terraform listens'), log.saw('provider listens')]);
    abort.abort();

    expect(await running).toMatchObject({ exitCode: 1, cancelled: true, killed: false, timedOut: false });
    expect(log.text).toContain('provider was interrupted 0 times\n');
  });

  it('kills the whole group when the grace period is over', async () => {
    const binary = await script(
      `trap 'echo interrupted' INT
       sh -c 'trap "" INT; echo provider $$; while :; do sleep 0.01; done' &
       while :; do sleep 0.01; done`,
    );
    const log = watch();
    const abort = new AbortController();
    const running = run(binary, { onText: log.onText, signal: abort.signal, graceMs: 50 });
    await log.saw('provider');
    abort.abort();
    const result = await running;

    expect(result).toMatchObject({ exitCode: null, signal: 'SIGKILL', cancelled: true, killed: true });
    await gone(Number(/provider (\d+)/.exec(log.text)?.[1]));
  });

  it('comes from the clock as well', async () => {
    const binary = await script('while :; do sleep 0.01; done');
    const result = await run(binary, { timeoutMs: 50, graceMs: 10 });

    expect(result).toMatchObject({ timedOut: true, cancelled: false });
    expect(result.exitCode).not.toBe(0);
  });

  it('says the exit code of a run that was finished all the same', async () => {
    const binary = await script(`trap 'exit 0' INT; echo ready; while :; do sleep 0.01; done`);
    const log = watch();
    const abort = new AbortController();
    const running = run(binary, { onText: log.onText, signal: abort.signal });
    await log.saw('ready');
    abort.abort();

    expect(await running).toMatchObject({ exitCode: 0, cancelled: true });
  });

  it('before the start starts nothing', async () => {
    const binary = await script(`touch ${directory}/started`);

    await expect(run(binary, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
    expect(existsSync(join(directory, 'started'))).toBe(false);
  });
});
