import { randomUUID } from 'node:crypto';
import type { Schemas } from '@berth/client';
import type { Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { pagesOf } from '../connection/pages.js';
import { oneLine } from '../output/plain.js';
import type { Column } from '../output/table.js';
import { ago } from '../output/words.js';
import { count } from './parsers.js';
import { expectSure, type Sure } from './sure.js';

type Team = Schemas['Team'];
type TeamMember = Schemas['TeamMember'];

/** `berth teams`. */
export function addTeams(program: Command, cli: Cli): void {
  const group = program.command('teams').summary('members who are granted roles together');
  group
    .command('list', { isDefault: true })
    .description('Lists the teams, by name.')
    .option('-n, --limit <number>', 'how many', count, 200)
    .action(action(cli, list));
  group
    .command('create')
    .description('Makes a team.')
    .argument('<name>', 'letters, digits, ".", "_" and "-"')
    .option('--group <group>', 'whoever’s sign-in names this group is in it')
    .action(action(cli, create));
  group
    .command('rename')
    .description('Gives a team another name.')
    .argument('<team>', 'name or id')
    .argument('<name>', 'letters, digits, ".", "_" and "-"')
    .action(action(cli, rename));
  group
    .command('group')
    .description('Fills a team from a group of the sign-in, or, with "none", no longer.')
    .argument('<team>', 'name or id')
    .argument('<group>', 'as the sign-in calls it, or "none"')
    .action(action(cli, fillFrom));
  group
    .command('delete')
    .description('Deletes a team with its grants; its members stay members.')
    .argument('<team>', 'name or id')
    .option('-y, --yes', 'do not ask')
    .action(action(cli, remove));
  group
    .command('members')
    .description('Lists who is in a team, by e-mail address.')
    .argument('<team>', 'name or id')
    .option('-n, --limit <number>', 'how many', count, 200)
    .action(action(cli, members));
  group
    .command('add')
    .description('Puts a member into a team.')
    .argument('<team>', 'name or id')
    .argument('<user>', 'e-mail address or id')
    .action(action(cli, addMember));
  group
    .command('remove')
    .description('Takes a member out of a team; a group of the sign-in puts them in again.')
    .argument('<team>', 'name or id')
    .argument('<user>', 'e-mail address or id')
    .action(action(cli, removeMember));
}

const COLUMNS: readonly Column<Team>[] = [
  { title: 'team', of: ({ name }) => name },
  { title: 'members', of: (team) => String(team.members), align: 'right' },
  { title: 'group', of: ({ signInGroup }) => oneLine(signInGroup ?? '') },
  { title: 'made', of: ({ createdAt }) => ago(createdAt), goes: 2 },
  { title: 'id', of: ({ id }) => id, goes: 1 },
];

async function list({ client, out }: Session, { limit }: { readonly limit: number }): Promise<void> {
  const page = await pagesOf(limit, async (query) => client.get('/api/v1/teams', { params: { query } }));
  out.list(page, COLUMNS, 'There are no teams yet: "berth teams create <name>" makes one.');
}

async function create({ client, out }: Session, { group }: { readonly group?: string }, name: string) {
  const params = { header: { 'Idempotency-Key': randomUUID() } };
  const body = { name, ...(group === undefined ? {} : { signInGroup: group }) };
  out.record(await client.post('/api/v1/teams', { params, body }), COLUMNS);
}

async function rename({ client, out }: Session, _options: object, team: string, name: string): Promise<void> {
  const params = { path: { team } };
  out.record(await client.patch('/api/v1/teams/{team}', { params, body: { name } }), COLUMNS);
}

async function fillFrom({ client, out }: Session, _options: object, team: string, group: string) {
  const body = { signInGroup: group === 'none' ? null : group };
  out.record(await client.patch('/api/v1/teams/{team}', { params: { path: { team } }, body }), COLUMNS);
}

async function remove(session: Session, { yes }: Sure, team: string): Promise<void> {
  await expectSure(session, yes, `Delete team ${team} with its grants?`);
  await session.client.delete('/api/v1/teams/{team}', { params: { path: { team } } });
  session.out.note(`Team ${team} is deleted.`);
}

async function members({ client, out }: Session, { limit }: { readonly limit: number }, team: string) {
  const page = await pagesOf(limit, async (query) =>
    client.get('/api/v1/teams/{team}/members', { params: { path: { team }, query } }),
  );
  const columns: Column<TeamMember>[] = [
    { title: 'e-mail', of: ({ email }) => oneLine(email) },
    { title: 'name', of: ({ name, email }) => (name === email ? '' : oneLine(name)), goes: 1 },
    { title: 'put there by', of: ({ source }) => (source === 'person' ? 'a person' : 'their sign-in') },
    { title: 'id', of: ({ userId }) => userId, goes: 2 },
  ];
  out.list(
    page,
    columns,
    `Nobody is in team ${team} yet: "berth teams add ${team} <user>" puts somebody in.`,
  );
}

async function addMember({ client, out }: Session, _options: object, team: string, user: string) {
  await client.put('/api/v1/teams/{team}/members/{user}', { params: { path: { team, user } } });
  out.note(`${user} is in team ${team}.`);
}

async function removeMember({ client, out }: Session, _options: object, team: string, user: string) {
  await client.delete('/api/v1/teams/{team}/members/{user}', { params: { path: { team, user } } });
  out.note(`${user} is in team ${team} no more.`);
}
