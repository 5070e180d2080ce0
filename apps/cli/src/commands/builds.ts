import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Schemas } from '@berth/client';
import { Option, type Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { Ending, ExitCode, WrongUse } from '../failures.js';
import type { Output } from '../output/output.js';
import { oneLine, plain } from '../output/plain.js';
import type { Column } from '../output/table.js';
import { ago, size, span } from '../output/words.js';
import { count, deadlineOf, seconds } from './parsers.js';

type Build = Schemas['Build'];
type Status = Schemas['BuildStatus'];

interface ListOptions {
  readonly status?: Status;
  readonly platform?: 'ios' | 'android';
  readonly limit: number;
}
interface LogsOptions {
  readonly follow?: boolean;
  readonly timeout?: number;
}

const STATUSES = ['pending', 'assigned', 'building', 'completed', 'failed', 'cancelled'] as const;

/** `berth builds`: those that polling workers do; builds on agents are runs. */
export function addBuilds(program: Command, cli: Cli): void {
  const group = program.command('builds').summary('builds of polling workers (builds on agents are runs)');
  group
    .command('list', { isDefault: true })
    .description('Lists builds, newest first.')
    .addOption(new Option('--status <status>', 'in this state').choices(STATUSES))
    .addOption(new Option('--platform <platform>', 'for this platform').choices(['ios', 'android']))
    .option('-n, --limit <number>', 'how many', count, 20)
    .action(action(cli, list));
  group.command('show').description('Shows a build.').argument('<build>', 'its id').action(action(cli, show));
  group
    .command('logs')
    .description(
      'The log of a build; with -f it follows to the end, with exit code 1 where the build has failed.',
    )
    .argument('<build>', 'its id')
    .option('-f, --follow', 'show what comes, to the end')
    .option('--timeout <time>', 'with -f, watch no longer than this (90, 15m, 2h)', seconds)
    .action(action(cli, logs));
  group
    .command('download')
    .description('Saves the result of a build.')
    .argument('<build>', 'its id')
    .requiredOption('-o, --output <file>', 'where to')
    .action(action(cli, download));
  group
    .command('cancel')
    .description('Cancels a build.')
    .argument('<build>', 'its id')
    .action(action(cli, cancel));
  group
    .command('retry')
    .description('A new build of the same source.')
    .argument('<build>', 'its id')
    .action(action(cli, retry));
}

const COLOURS = {
  pending: 'gray',
  assigned: 'cyan',
  building: 'cyan',
  completed: 'green',
  failed: 'red',
  cancelled: 'magenta',
} as const;

function columns({ colours }: Output): Column<Build>[] {
  return [
    { title: 'build', of: ({ id }) => id },
    {
      title: 'status',
      of: ({ status }) => status,
      paint: (text, { status }) => colours.paint(COLOURS[status], text),
    },
    { title: 'platform', of: ({ platform }) => platform },
    { title: 'worker', of: ({ worker_name }) => oneLine(worker_name ?? '') },
    { title: 'submitted', of: ({ submitted_at }) => ago(submitted_at) },
    { title: 'took', of: tookText, goes: 2 },
    { title: 'error', of: ({ error_message }) => oneLine(error_message ?? '').slice(0, 60), goes: 1 },
  ];
}

function tookText({ started_at, completed_at }: Build): string {
  return started_at === null || completed_at === null
    ? ''
    : span((Date.parse(completed_at) - Date.parse(started_at)) / 1_000);
}

async function list({ client, out }: Session, { status, platform, limit }: ListOptions): Promise<void> {
  const query = {
    limit: Math.min(limit, 1_000),
    ...(status === undefined ? {} : { status }),
    ...(platform === undefined ? {} : { platform }),
  };
  const builds = await client.get('/api/builds', { params: { query } });
  if (out.json) {
    out.document(builds, () => []);
  } else {
    out.list({ items: builds, nextCursor: null }, columns(out), 'There are no such builds.');
  }
}

async function show({ client, out }: Session, _options: object, id: string): Promise<void> {
  out.record(await client.get('/api/builds/{id}', { params: { path: { id } } }), columns(out));
}

/** How often a log that grows is asked for more. */
const LOOK_MS = 1_000;

async function logs({ client, out }: Session, { follow, timeout }: LogsOptions, id: string): Promise<void> {
  const deadline = deadlineOf(timeout, `berth builds logs -f ${id}`);
  const params = { path: { id } };
  for (let after = 0; ;) {
    // The state before the log: what an ended build still had to say is then surely in it.
    const { status, error_message } = await client.get('/api/builds/{id}', { params });
    const isOver = status === 'completed' || status === 'failed' || status === 'cancelled';
    const piece = await client.get('/api/builds/{id}/logs', {
      params: { ...params, query: { after, limit: 1_000 } },
    });
    for (const log of piece.logs) {
      out.streamed({ log });
      if (!out.json) {
        out.lines([`${log.timestamp} ${log.level.padEnd(5)} ${plain(log.message)}`]);
      }
    }
    const isAll = piece.logs.length < 1_000;
    after = piece.next_after;
    if (isAll && (isOver || follow !== true)) {
      if (follow === true && status !== 'completed') {
        throw new Ending(
          ExitCode.failed,
          `Build ${id} ${status}: ${oneLine(error_message ?? 'no reason given')}`,
        );
      }
      return;
    }
    if (isAll) {
      await new Promise((done) => setTimeout(done, LOOK_MS));
      deadline.throwIfAborted();
    }
  }
}

const DOWNLOAD_TIMEOUT_MS = 60 * 60_000;

async function download(
  { client, out, surroundings }: Session,
  options: { readonly output: string },
  id: string,
): Promise<void> {
  const path = resolve(surroundings.cwd, options.output);
  const result = await client.get('/api/builds/{id}/download', {
    params: { path: { id } },
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
  });
  const part = `${path}.part`;
  try {
    await pipeline(Readable.fromWeb(result.stream() as ReadableStream), createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    throw new WrongUse(`${path} cannot be written: ${(error as Error).message}`);
  }
  out.note(`Saved: ${path}, ${size(result.size)}.`);
}

async function cancel({ client, out }: Session, _options: object, id: string): Promise<void> {
  const cancelled = await client.post('/api/builds/{id}/cancel', { params: { path: { id } } });
  out.document(cancelled, () => [`build ${id} is ${cancelled.status}`]);
}

async function retry({ client, out }: Session, _options: object, id: string): Promise<void> {
  const build = await client.post('/api/builds/{id}/retry', { params: { path: { id } } });
  out.document(build, () => [build.id]);
}
