import type { Session } from '../cli.js';
import { Ending, ExitCode, WrongUse } from '../failures.js';
import { Terminal } from '../output/terminal.js';

/** Of a command that asks before it does what cannot be undone. */
export interface Sure {
  readonly yes?: boolean;
}

/** What cannot be undone is asked about; a script says --yes. @throws WrongUse, Ending */
export async function expectSure(
  { surroundings }: Session,
  yes: boolean | undefined,
  question: string,
): Promise<void> {
  if (yes === true) {
    return;
  }
  const terminal = new Terminal(surroundings);
  if (!terminal.isThere) {
    throw new WrongUse('this cannot be undone: without a terminal it needs --yes');
  }
  if ((await terminal.choose(`${question} [yes/No] `, ['yes', 'no'], 'no')) === 'no') {
    throw new Ending(ExitCode.failed, 'Nothing was done.');
  }
}
