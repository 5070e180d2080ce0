import { createInterface } from 'node:readline/promises';
import type { Surroundings } from '../cli.js';

/** Somebody has pressed Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The person at the terminal, where there is one. */
export class Terminal {
  constructor(private readonly surroundings: Pick<Surroundings, 'stdin' | 'stderr'>) {}

  /** Whether somebody can be asked. */
  get isThere(): boolean {
    const { stdin, stderr } = this.surroundings;
    return stdin.isTTY === true && stderr.isTTY === true;
  }

  /** The answer without spaces around it; empty at the end of the input. @throws Interrupted, the signal's reason */
  async ask(question: string, signal?: AbortSignal): Promise<string> {
    signal?.throwIfAborted();
    const { stdin, stderr } = this.surroundings;
    const lines = createInterface({ input: stdin, output: stderr, terminal: true });
    try {
      return await new Promise<string>((resolve, reject) => {
        lines.once('SIGINT', () => {
          stderr.write('\n');
          reject(new Interrupted());
        });
        lines.once('close', () => {
          resolve('');
        });
        signal?.addEventListener('abort', () => {
          stderr.write('\n');
          reject(signal.reason as Error);
        });
        lines.question(question).then((answer) => {
          resolve(answer.trim());
        }, reject);
      });
    } finally {
      lines.close();
    }
  }

  /** One of the answers, by its first letter or more; asked again until it is one, and `otherwise` where nothing is said. */
  async choose<Answer extends string>(
    question: string,
    answers: readonly Answer[],
    otherwise: Answer,
    signal?: AbortSignal,
  ): Promise<Answer> {
    for (;;) {
      const said = (await this.ask(question, signal)).toLowerCase();
      const meant = said === '' ? otherwise : answers.find((answer) => answer.startsWith(said));
      if (meant !== undefined) {
        return meant;
      }
      this.surroundings.stderr.write(`Please answer with ${answers.join(', ')}.\n`);
    }
  }
}
