import { randomUUID } from 'node:crypto';
import type { Schemas } from '@berth/client';
import type { Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { pagesOf } from '../connection/pages.js';
import type { Column } from '../output/table.js';
import { ago } from '../output/words.js';
import { count } from './parsers.js';
import { expectSure, type Sure } from './sure.js';

type Project = Schemas['Project'];

/** `berth projects`. */
export function addProjects(program: Command, cli: Cli): void {
  const group = program.command('projects').summary('folders of workspaces');
  group
    .command('list', { isDefault: true })
    .description('Lists the projects that you may see, by name.')
    .option('-n, --limit <number>', 'how many', count, 200)
    .action(action(cli, list));
  group
    .command('create')
    .description('Makes a project.')
    .argument('<name>', 'letters, digits, ".", "_" and "-"')
    .action(action(cli, create));
  group
    .command('rename')
    .description('Gives a project another name.')
    .argument('<project>', 'name or id')
    .argument('<name>', 'letters, digits, ".", "_" and "-"')
    .action(action(cli, rename));
  group
    .command('delete')
    .description('Deletes a project that has no workspace, with the grants on it.')
    .argument('<project>', 'name or id')
    .option('-y, --yes', 'do not ask')
    .action(action(cli, remove));
}

const COLUMNS: readonly Column<Project>[] = [
  { title: 'project', of: ({ name }) => name },
  { title: 'made', of: ({ createdAt }) => ago(createdAt), goes: 1 },
  { title: 'id', of: ({ id }) => id },
];

async function list({ client, out }: Session, { limit }: { readonly limit: number }): Promise<void> {
  const page = await pagesOf(limit, async (query) => client.get('/api/v1/projects', { params: { query } }));
  out.list(page, COLUMNS, 'There are no projects that you may see.');
}

async function create({ client, out }: Session, _options: object, name: string): Promise<void> {
  const params = { header: { 'Idempotency-Key': randomUUID() } };
  out.record(await client.post('/api/v1/projects', { params, body: { name } }), COLUMNS);
}

async function rename({ client, out }: Session, _options: object, project: string, name: string) {
  const params = { path: { project } };
  out.record(await client.patch('/api/v1/projects/{project}', { params, body: { name } }), COLUMNS);
}

async function remove(session: Session, { yes }: Sure, project: string): Promise<void> {
  await expectSure(session, yes, `Delete project ${project} with the grants on it?`);
  await session.client.delete('/api/v1/projects/{project}', { params: { path: { project } } });
  session.out.note(`Project ${project} is deleted.`);
}
