import { CommanderError } from 'commander';
import { Cli } from './cli.js';
import { ExitCode, farewellAfter } from './failures.js';
import { makeProgram } from './program.js';

const VERSION = process.env.BERTH_CLI_VERSION ?? 'unbundled';

// Whoever reads our output may go before us (`| head`): there is nobody left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? ExitCode.done : ExitCode.failed);
  });
}

const cli = new Cli({
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
});

try {
  await makeProgram(cli, VERSION).parseAsync();
} catch (error) {
  process.exitCode = endingOf(error);
}
// A connection that fetch keeps open is no reason to stay, once what was said has been taken.
process.stdout.write('', () => {
  process.exit();
});

function endingOf(error: unknown): number {
  if (error instanceof CommanderError) {
    // It has said what is wrong; asked for help, it has given it.
    return error.exitCode === 0 || error.code === 'commander.help' ? error.exitCode : ExitCode.wrongUse;
  }
  const { exitCode, lines } = farewellAfter(error, cli.url);
  if (lines.length > 0) {
    process.stderr.write(`${lines.map((line, at) => (at === 0 ? `berth: ${line}` : line)).join('\n')}\n`);
  }
  return exitCode;
}
