import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { waitFor } from './wait-for.js';

/** Tests and npm's commands run in the repository, whether from the sources or from what is compiled. */
const REPOSITORY = resolve('.');

/** One service of the system under test, a process of its own. */
export class ServiceProcess {
  private child: ChildProcess | undefined;

  constructor(
    readonly name: string,
    readonly port: number,
    private readonly app: string,
    private readonly env: Readonly<Record<string, string>>,
    readonly logFile: string,
    /** Whose process it is, where that is not ours. */
    private readonly user: { readonly uid: number; readonly gid: number } | null = null,
    /** From the files that are installed, where a test is about those. */
    private readonly asInstalled = false,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    if (this.child?.pid === undefined) {
      throw new Error(`${this.name} is not running`);
    }
    return this.child.pid;
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Starts it, with these settings beside its own. */
  start(more: Readonly<Record<string, string>> = {}): void {
    // Its own file, which it writes itself: through us, each line would be work for the test as well.
    const log = openSync(this.logFile, 'a');
    const env = { ...this.env, ...more, BERTH_HTTP_PORT: String(this.port) };
    this.child = spawn(process.execPath, this.programOf(env), {
      env,
      stdio: ['ignore', log, log],
      ...this.user,
    });
    closeSync(log);
    this.child.on('error', (error) => {
      appendFileSync(this.logFile, `${error.message}\n`);
    });
  }

  /** As it is installed, or as one file, which starts in a third of the time; tracing needs the first. */
  private programOf(env: Readonly<Record<string, string>>): string[] {
    const bundles = process.env['BERTH_TEST_SERVICES'];
    const installed = join(REPOSITORY, 'apps', this.app, 'dist/main.js');
    if ('OTEL_EXPORTER_OTLP_ENDPOINT' in env) {
      return ['--import', join(REPOSITORY, 'libs/telemetry/dist/preload.js'), installed];
    }
    return [this.asInstalled || bundles === undefined ? installed : join(bundles, this.app, 'main.js')];
  }

  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(
      () => null,
    );
    return answer?.status === 200;
  }

  async ready(): Promise<void> {
    await waitFor(
      `${this.name} to be ready`,
      async () => {
        if (!this.isRunning) {
          throw new Error(`${this.name} has ended:\n${await this.tail()}`);
        }
        return this.isReady();
      },
      60_000,
    );
  }

  /** Sends it a signal, where it runs. */
  signal(name: NodeJS.Signals): void {
    if (this.isRunning) {
      this.child?.kill(name);
    }
  }

  /** Ends it and waits for its end. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child === undefined || !this.isRunning) {
      return;
    }
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await ended;
  }

  /** All that it has said so far. */
  async log(): Promise<string> {
    return readFile(this.logFile, 'utf8').catch(() => '');
  }

  async tail(): Promise<string> {
    return (await this.log()).split('\n').slice(-15).join('\n');
  }
}
