import { Cli } from './cli.js';
import { ExitCode } from './failures.js';
import { runCommand } from './run-command.js';

// Whoever reads our output may go before us (`| head`): there is nobody left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? ExitCode.done : ExitCode.failed);
  });
}

const { env, stdin, stdout, stderr } = process;
const cli = new Cli({ env, cwd: process.cwd(), stdin, stdout, stderr });
process.exitCode = await runCommand(cli, process.env.BERTH_CLI_VERSION ?? 'unbundled', process.argv.slice(2));
// A connection that fetch keeps open is no reason to stay, once what was said has been taken.
stdout.write('', () => {
  process.exit();
});
