import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@berth/private-servers';
import { Cli } from '../../../apps/cli/src/cli.js';
import { makeProgram } from '../../../apps/cli/src/program.js';
import { runCommand } from '../../../apps/cli/src/run-command.js';
import { CommandLine, type Ended } from '../../support/command-line.js';
import { person } from '../../support/people.js';
import type { System } from '../../support/system.js';
import { apiAlone } from './api-alone.js';

type Command = ReturnType<typeof makeProgram>;

interface Walked {
  /** As it is called: `variables set`. */
  readonly name: string;
  readonly words: readonly string[];
  readonly command: Command;
}

/** Every command that does something, as the program itself has them: a new one cannot be forgotten. */
function commandsBelow(command: Command, words: readonly string[] = []): Walked[] {
  return command.commands.flatMap((child) => {
    const path = [...words, child.name()];
    return child.commands.length > 0
      ? commandsBelow(child, path)
      : [{ name: path.join(' '), words: path, command: child }];
  });
}

const PROGRAM = makeProgram(
  new Cli({ env: {}, cwd: '/', stdin: process.stdin, stdout: process.stdout, stderr: process.stderr }),
  '0.0.0',
);
const COMMANDS = commandsBelow(PROGRAM);

/** Answer without asking anybody, or not with the key that is given. */
const LOCAL = [
  'completion',
  'complete',
  'login',
  'logout',
  'admin sign-in-link',
  'admin rotate-encryption-key',
  'admin rotate-data-key',
  'admin revoke-signing-keys',
];
/** Print a document of another kind, or wait for a person (login). */
const NO_DOCUMENT = ['completion', 'complete', 'run', 'logs', 'states pull', 'states unsaved pull', 'login'];

const STATE = JSON.stringify({
  version: 4,
  terraform_version: '1.11.4',
  serial: 1,
  lineage: 'walked',
  outputs: {},
  resources: [],
});

function mandatoryOptionsOf(command: Command): string[] {
  return command.options.flatMap((option) => (option.mandatory ? [option.long ?? '', 'out'] : []));
}

/** What an argument is given where any will do. */
function argumentsOf({ name, command }: Walked): string[] {
  const values: Readonly<Record<string, string>> = {
    'name=value': 'a=b',
    slots: '3',
    shell: 'bash',
    file: 'terraform.tfstate',
    name: 'walked-too',
    'e-mail': 'walked@example.org',
    directory: '.',
  };
  const given = command.registeredArguments
    .filter(({ required }) => required)
    .map(
      (argument) =>
        argument.argChoices?.[0] ?? values[argument.name()] ?? '00000000-0000-4000-8000-000000000000',
    );
  const own = new Set(command.options.map(({ long }) => long));
  const more = [
    ...(own.has('--yes') ? ['--yes'] : []),
    ...(own.has('--workspace') && !own.has('--project') ? ['--workspace', 'walked'] : []),
    ...(own.has('--team') ? ['--team', 'walked'] : []),
    ...(own.has('--plan-hash') ? ['--plan-hash', '0'.repeat(64)] : []),
  ];
  return [...(name === 'run' ? [] : given), ...mandatoryOptionsOf(command), ...more];
}

/** One command, without a process for each of some hundreds: what a process adds is tested with the others. */
async function call(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Ended> {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  streams.stdin.end();
  const code = await runCommand(new Cli({ env, cwd, ...streams }), '0.0.0', args);
  streams.stdout.end();
  streams.stderr.end();
  const [stdout, stderr] = await Promise.all([text(streams.stdout), text(streams.stderr)]);
  return { code, stdout, stderr };
}

describe('every command of the command line', () => {
  let system: System;
  let cwd: string;
  let berth: Record<string, string>;
  let nowhere: Record<string, string>;

  beforeAll(async () => {
    system = await apiAlone();
    cwd = (await CommandLine.of(null, { 'main.tf': '', 'terraform.tfstate': STATE })).directory;
    const nobody = { XDG_CONFIG_HOME: cwd };
    const { id: organizationId } = await system.api.expect<{ id: string }>('GET', '/api/v1/organization');
    const owner = await person(system.database.database, { organizationId, member: 'owner' });
    berth = {
      ...nobody,
      BERTH_URL: system.api.baseUrl,
      BERTH_KEY: owner.key,
      // The walk makes another one on its way.
      BERTH_ORGANIZATION: 'default',
    };
    nowhere = { ...nobody, BERTH_URL: `http://127.0.0.1:${await freePort()}`, BERTH_KEY: 'berth_key' };
    await system.api.workspace('walked', { 'main.tf': 'output "x" {\n  value = 1\n}\n' });
  }, 90_000);

  it('is in the walk', () => {
    expect(COMMANDS.length).toBeGreaterThan(80);
    expect(COMMANDS.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'run',
        'logs',
        'confirm',
        'variables set',
        'dead-letters replay',
        'doctor',
        'login',
        'teams add',
        'pools tokens revoke',
      ]),
    );
  });

  it.each(COMMANDS)('berth $name --help says what it takes and how it ends', async ({ words, command }) => {
    const { code, stdout, stderr } = await call([...words, '--help'], { cwd, env: berth });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Usage: berth ${words.join(' ')}`);
    expect(stdout).toContain('Exit codes:');
    expect(command.description()).toMatch(/\S\.|source$/);
  });

  it.each(COMMANDS)(
    'berth $name with an option that it does not have ends with 2',
    async ({ words, command }) => {
      const needed = mandatoryOptionsOf(command);
      const { code, stdout, stderr } = await call([...words, ...needed, '--no-such-option'], {
        cwd,
        env: berth,
      });
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('unknown option');
    },
  );

  it.each(COMMANDS.filter(({ name }) => !LOCAL.includes(name)))(
    'berth $name ends with 5 where no Berth answers, and says which',
    async (walked) => {
      const { code, stdout, stderr } = await call([...walked.words, ...argumentsOf(walked)], {
        cwd,
        env: nowhere,
      });
      expect([walked.name === 'doctor' ? '' : stdout, code]).toEqual(['', 5]);
      expect(stderr + stdout).toContain('nothing listens there');
      expect(stderr + stdout).toContain('http://127.0.0.1:');
    },
  );

  it.each(COMMANDS.filter(({ name }) => !LOCAL.includes(name)))(
    'berth $name ends with 4 where the key is none',
    async (walked) => {
      const args = [...walked.words, ...argumentsOf(walked)];
      const { code, stdout, stderr } = await call(args, {
        cwd,
        env: { ...berth, BERTH_KEY: 'berth_revoked' },
      });
      expect(code).toBe(4);
      expect(stderr + stdout).toMatch(/this key is unknown, revoked or expired/);
      expect(stderr + stdout).not.toContain('berth_revoked');
    },
  );

  it.each(COMMANDS.filter(({ name }) => !NO_DOCUMENT.includes(name)))(
    'berth $name --json prints one document of the api, or nothing where it fails',
    async (walked) => {
      const { code, stdout, stderr } = await call([...walked.words, ...argumentsOf(walked), '--json'], {
        cwd,
        env: berth,
      });
      if (stdout === '') {
        expect(stderr).not.toBe('');
      } else {
        expect(typeof JSON.parse(stdout)).toBe('object');
      }
      // Ids that nobody has, no agent: failures that are told, and no other ones.
      expect([0, 1]).toContain(code);
    },
  );

  it.each(COMMANDS.filter(({ command }) => command.registeredArguments.some(({ required }) => required)))(
    'berth $name without what it needs ends with 2',
    async ({ words }) => {
      const { code, stdout, stderr } = await call(words, { cwd, env: berth });
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/missing required argument|required option/);
    },
  );
});
