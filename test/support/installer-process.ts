import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ReleaseUrls } from '../../apps/agent/src/engines/engine-releases.js';

/** What came of a request: a binary, a failure, or the end of the process before either. */
export type InstallOutcome =
  | { readonly path: string; readonly version: string }
  | { readonly failureClass: string; readonly code: string; readonly message: string }
  | 'ended';

/** A process of its own that installs engines; one request at a time. */
export class InstallerProcess {
  private constructor(private readonly child: ChildProcess) {}

  static async start(home: string, urls: ReleaseUrls): Promise<InstallerProcess> {
    const child = fork('test/support/install-engines.mjs', [home, JSON.stringify(urls)], { execArgv: [] });
    const process = new InstallerProcess(child);
    const first = await process.answer();
    if (first !== 'ready') {
      throw new Error(`an installing process did not start (exit code ${String(child.exitCode)})`);
    }
    return process;
  }

  async install(version: string): Promise<InstallOutcome> {
    const outcome = this.answer();
    this.child.send(version);
    return (await outcome) as InstallOutcome;
  }

  async kill(): Promise<void> {
    await this.end(() => this.child.kill('SIGKILL'));
  }

  async stop(): Promise<void> {
    await this.end(() => {
      this.child.disconnect();
    });
  }

  private async answer(): Promise<unknown> {
    const done = new AbortController();
    const { signal } = done;
    try {
      return await Promise.race([
        once(this.child, 'message', { signal }).then(([message]) => message as unknown),
        once(this.child, 'exit', { signal }).then(() => 'ended'),
      ]);
    } finally {
      done.abort();
    }
  }

  private async end(ending: () => void): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      ending();
      await ended;
    }
  }
}
