import { runDemo } from './demo/demo-command.js';
import { DEMO_HELP, parseDemoOptions } from './demo/demo-options.js';
import type { DemoOptions } from './demo/demo-options.js';
import { runStart } from './start/start-command.js';
import { sayProblem } from './start/terminal.js';

const HELP = `Usage: node apps/launcher/dist/main.js start
       node apps/launcher/dist/main.js demo [--api-url <url>] [--json]

What start does and what it reads from the environment: npm start -- --help`;

async function main(args: string[]): Promise<number> {
  const [verb, ...rest] = args;
  if (args.includes('--help') || verb === 'help') {
    console.log(verb === 'demo' ? DEMO_HELP : HELP);
    return 0;
  }
  if (verb === 'demo') {
    return demo(rest);
  }
  if (verb !== 'start' || rest.length > 0) {
    sayProblem(`unknown: ${args.join(' ') || '(nothing)'}. Try: npm start -- --help`);
    return 2;
  }
  return runStart(process.env);
}

async function demo(args: string[]): Promise<number> {
  let options: DemoOptions;
  try {
    options = parseDemoOptions(args);
  } catch (error) {
    sayProblem(`${error instanceof Error ? error.message : String(error)}\n${DEMO_HELP}`);
    return 2;
  }
  return runDemo(options, process.env);
}

// Whoever reads our output may go before us; what is left to do is then done without a word.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  sayProblem(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
// Nothing is left to wait for; a connection kept open by fetch is no reason to stay.
process.exit();
