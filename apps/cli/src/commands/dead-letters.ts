import type { Schemas } from '@berth/client';
import { Option, type Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { pagesOf } from '../connection/pages.js';
import { oneLine, plain } from '../output/plain.js';
import { recordLines, type Column } from '../output/table.js';
import { ago } from '../output/words.js';
import { expectSure } from './sure.js';
import { count } from './parsers.js';

type DeadLetter = Schemas['DeadLetter'];
type State = Schemas['DeadLetterState'];

/** `berth dead-letters`. */
export function addDeadLetters(program: Command, cli: Cli): void {
  const group = program.command('dead-letters').summary('what nobody could handle: read, replay, discard');
  group
    .command('list', { isDefault: true })
    .description('Lists dead letters, newest first.')
    .addOption(
      new Option('--state <state>', 'in this state')
        .choices(['open', 'replayed', 'discarded'])
        .default('open'),
    )
    .option('-n, --limit <number>', 'how many', count, 50)
    .action(action(cli, list));
  group
    .command('show')
    .description('Shows a dead letter with what is in it.')
    .argument('<id>', 'of the dead letter')
    .action(action(cli, show));
  group
    .command('replay')
    .description('Sends the message again, or queues the work of the task again.')
    .argument('<id>', 'of the dead letter')
    .action(action(cli, replay));
  group
    .command('discard')
    .description('Puts a dead letter away.')
    .argument('<id>', 'of the dead letter')
    .option('-y, --yes', 'do not ask')
    .action(action(cli, discard));
}

const COLUMNS: readonly Column<DeadLetter>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'from', of: ({ source }) => oneLine(source), goes: 2 },
  { title: 'run', of: ({ taskId }) => taskId ?? '', goes: 1 },
  { title: 'reason', of: ({ reason }) => oneLine(reason).slice(0, 80) },
  { title: 'kept', of: ({ createdAt }) => ago(createdAt) },
];

async function list(
  { client, out }: Session,
  { state, limit }: { readonly state: State; readonly limit: number },
): Promise<void> {
  const page = await pagesOf(limit, async (part) =>
    client.get('/api/v1/dead-letters', { params: { query: { state, ...part } } }),
  );
  out.list(page, COLUMNS, `There are no ${state} dead letters.`);
}

async function show({ client, out }: Session, _options: object, id: string): Promise<void> {
  const letter = await client.get('/api/v1/dead-letters/{id}', { params: { path: { id } } });
  const columns: Column<Schemas['DeadLetterDocument']>[] = [
    ...COLUMNS.filter(({ title }) => title !== 'reason'),
    { title: 'reason', of: ({ reason }) => oneLine(reason) },
    { title: 'state', of: ({ state }) => state },
    { title: 'message', of: ({ messageType }) => oneLine(messageType ?? '') },
  ];
  out.document(letter, () => [...recordLines(letter, columns, out.width), '', plain(letter.content)]);
}

async function replay({ client, out }: Session, _options: object, id: string): Promise<void> {
  const replayed = await client.post('/api/v1/dead-letters/{id}/replay', { params: { path: { id } } });
  out.document(replayed, () => [
    replayed.newTaskId === null
      ? 'The message is sent again.'
      : `The work is queued again, as run ${replayed.newTaskId}.`,
  ]);
}

async function discard(session: Session, { yes }: { readonly yes?: boolean }, id: string): Promise<void> {
  await expectSure(session, yes, `Discard dead letter ${id}?`);
  await session.client.delete('/api/v1/dead-letters/{id}', { params: { path: { id } } });
  session.out.note(`Dead letter ${id} is discarded.`);
}
