import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { findInstallation, type LocalInstallation } from '../administration/installation.js';
import type { Cli } from '../cli.js';
import { Ending, ExitCode } from '../failures.js';

/** `berth admin`: what is done beside a running installation, and not through its api. */
export function addAdmin(program: Command, cli: Cli): void {
  const group = program
    .command('admin')
    .summary('for whoever runs this Berth: beside it, not through its api');
  group
    .command('sign-in-link')
    .description('Makes a one-time link that signs somebody in: the first owner, or who is named.')
    .option('--email <e-mail>', 'whom it signs in')
    .action(async ({ email }: { readonly email?: string }) => {
      await administer(cli, ['sign-in-link', ...(email === undefined ? [] : ['--email', email])]);
    });
  group
    .command('rotate-encryption-key')
    .description(
      'Wraps the keys that seal everything with BERTH_ENCRYPTION_KEY, and not with BERTH_OLD_ENCRYPTION_KEY any more.',
    )
    .action(async () => {
      await administer(cli, ['rotate-encryption-key']);
    });
  group
    .command('rotate-data-key')
    .description('Makes a new data key, with which running apis seal everything anew.')
    .action(async () => {
      await administer(cli, ['rotate-data-key']);
    });
  group
    .command('revoke-signing-keys')
    .description('Takes away the keys that identity tokens of runs are signed with, for when one was stolen.')
    .action(async () => {
      await administer(cli, ['revoke-signing-keys']);
    });
}

/** The api's own command, in the environment of the api that runs in this checkout. @throws Ending */
async function administer(cli: Cli, args: readonly string[]): Promise<void> {
  const { env, cwd } = cli.surroundings;
  const installation = findInstallation(cwd, env);
  if (installation === undefined) {
    throw new Ending(ExitCode.failed, elsewhere(args).join('\n'));
  }
  if (installation.entry === null) {
    throw new Ending(
      ExitCode.failed,
      'apps/api/dist/admin.js is not there: call it in the checkout of Berth, after npm run build',
    );
  }
  const code = await run(cli, installation, [installation.entry, ...args]);
  if (code !== 0) {
    throw new Ending(ExitCode.failed);
  }
}

function elsewhere(args: readonly string[]): string[] {
  const command = `node apps/api/dist/admin.js ${args.join(' ')}`;
  return [
    'no Berth runs in this folder, nor in BERTH_HOME: call it where the api is',
    `  Compose: docker compose exec api ${command}`,
    `  Helm:    kubectl exec deploy/berth-api -- ${command}`,
  ];
}

async function run(
  { surroundings }: Cli,
  { env }: LocalInstallation,
  command: readonly string[],
): Promise<number> {
  const { stdout, stderr } = surroundings;
  const child = spawn(process.execPath, command, {
    env: { PATH: surroundings.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (data: Buffer) => void stdout.write(data));
  child.stderr.on('data', (data: Buffer) => void stderr.write(data));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code ?? ExitCode.failed);
    });
  });
}
