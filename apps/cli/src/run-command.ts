import { CommanderError } from 'commander';
import type { Cli } from './cli.js';
import { ExitCode, farewellAfter } from './failures.js';
import { makeProgram } from './program.js';

/** Carries out one command line, to its exit code; what went wrong has been said by then. */
export async function runCommand(cli: Cli, version: string, args: readonly string[]): Promise<ExitCode> {
  try {
    await makeProgram(cli, version).parseAsync([...args], { from: 'user' });
    return ExitCode.done;
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has said what is wrong; asked for help, it has given it.
      return error.exitCode === 0 ? ExitCode.done : ExitCode.wrongUse;
    }
    const { exitCode, lines } = farewellAfter(error, cli.url);
    if (lines.length > 0) {
      const [first, ...more] = lines;
      cli.surroundings.stderr.write(`${[`berth: ${first ?? ''}`, ...more].join('\n')}\n`);
    }
    return exitCode;
  }
}
