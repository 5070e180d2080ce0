import { Argument, type Command } from 'commander';
import type { Cli } from '../cli.js';

/** Makes the program anew, without completion in it. */
export type MakeProgram = () => Command;

/**
 * `berth completion`, and `berth complete`, which the scripts call at every press of the key. What completes is brought in
 * only then: the other commands should not wait for it.
 */
export function addCompletion(program: Command, _cli: Cli, make: MakeProgram): void {
  program
    .command('completion')
    .summary('a script that completes commands in your shell')
    .description(
      'Prints a script for your shell. bash: source <(berth completion bash), which needs the package bash-completion; ' +
        'zsh: source <(berth completion zsh); fish: berth completion fish | source',
    )
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: string) => {
      await complete(make, ['completion', shell]);
    });
  program
    .command('complete', { hidden: true })
    .description('Answers the completion scripts.')
    .argument('[words...]', 'what is typed so far')
    .action(async (words: string[]) => {
      await complete(make, ['complete', '--', ...words]);
    });
}

async function complete(make: MakeProgram, words: string[]): Promise<void> {
  const { default: addTab } = await import('@bomb.sh/tab/commander');
  const program = make();
  addTab(program, { completionCommandName: 'completion' });
  await program.parseAsync(words, { from: 'user' });
}
