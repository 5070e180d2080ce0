import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { waitFor } from './wait-for.js';

const BUNDLE = resolve('apps/cli/dist/berth.mjs');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Berth {
  readonly url: string;
  readonly key: string;
}

/** The command line as a person has it: the bundle, a home of its own, a folder to be in. */
export class CommandLine {
  private constructor(
    private readonly env: Readonly<Record<string, string>>,
    readonly directory: string,
  ) {}

  /** Bundled from what the sources are now. */
  static async of(berth: Berth | null, files: Readonly<Record<string, string>> = {}): Promise<CommandLine> {
    await ended(spawn(process.execPath, ['apps/cli/bundle.mjs']));
    const home = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'cli-'));
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      TMPDIR: home,
      XDG_CONFIG_HOME: join(home, 'config'),
      TERM: 'xterm',
      ...(berth === null ? {} : { BERTH_URL: berth.url, BERTH_KEY: berth.key }),
    };
    const directory = join(home, 'work');
    await mkdir(directory);
    const commandLine = new CommandLine(env, directory);
    await commandLine.put(files);
    return commandLine;
  }

  async put(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(this.directory, name)), { recursive: true });
      await writeFile(join(this.directory, name), content);
    }
  }

  /** Without a terminal, to its end. */
  async run(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return ended(this.start(args, more));
  }

  /** Without a terminal. */
  start(
    args: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): ChildProcessWithoutNullStreams {
    return spawn(process.execPath, [BUNDLE, ...args], {
      cwd: this.directory,
      env: { ...this.env, ...more },
    });
  }

  /** In a pipeline of the shell, `berth` being the command line. */
  async shell(script: string): Promise<Ended> {
    const berth = `berth() { '${process.execPath}' '${BUNDLE}' "$@"; }`;
    return ended(
      spawn('bash', ['-o', 'pipefail', '-c', `${berth}\n${script}`], { cwd: this.directory, env: this.env }),
    );
  }

  /** On a terminal of its own. */
  onTerminal(
    args: readonly string[],
    {
      columns = 100,
      env = {},
    }: { readonly columns?: number; readonly env?: Readonly<Record<string, string>> } = {},
  ): OnTerminal {
    const command = [process.execPath, BUNDLE, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    const line = `stty cols ${columns} rows 50; exec ${command.join(' ')}`;
    // script of util-linux, which every Linux has: it ends with the code of what it runs.
    const child = spawn('script', ['-qec', line, '/dev/null'], {
      cwd: this.directory,
      env: { ...this.env, ...env, SHELL: '/bin/sh' },
    });
    return new OnTerminal(child);
  }
}

/** Somebody at a terminal: reads, and types. */
export class OnTerminal {
  private screen = '';
  private seen = 0;
  private readonly end: Promise<Ended>;

  constructor(private readonly child: ChildProcessWithoutNullStreams) {
    child.stdout.on('data', (data: Buffer) => {
      this.screen += data.toString();
    });
    this.end = ended(child);
  }

  /** Everything that was written to the terminal so far, without colours. */
  get text(): string {
    // eslint-disable-next-line no-control-regex -- what a terminal is told
    return this.screen.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');
  }

  /** Waits for words that were not waited for before. */
  async reads(words: RegExp): Promise<string> {
    return waitFor(
      `the terminal to show ${String(words)}`,
      async () => {
        const found = words.exec(this.text.slice(this.seen));
        if (found === null) {
          if (this.child.exitCode !== null) {
            throw new Error(`it has ended without ${String(words)}:\n${this.text}`);
          }
          return null;
        }
        this.seen += found.index + found[0].length;
        return found[0];
      },
      20_000,
    );
  }

  type(keys: string): void {
    this.child.stdin.write(keys);
  }

  pressCtrlC(): void {
    this.type('\u0003');
  }

  async ends(): Promise<Ended> {
    return this.end;
  }
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  return new Promise((done, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      done({ code, stdout, stderr });
    });
  });
}
