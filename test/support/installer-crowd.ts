import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { InstallerProcess } from './installer-process.js';
import { ReleaseSite, standIn, sumsPath, zipOf, zipPath } from './release-site.js';
import { waitFor } from './wait-for.js';

/** What came of one version that all processes asked for. */
export interface Round {
  readonly installed: number;
  /** Class and code of each failure. */
  readonly failures: readonly string[];
  readonly downloads: number;
  readonly milliseconds: number;
}

/** Where an installation can be held so that its process dies there and nowhere else. */
export const MOMENTS = [
  'before the checksums',
  'before the archive',
  'in the middle of the archive',
  'while the binary is tried',
] as const;
export type Moment = (typeof MOMENTS)[number];

/** Answers that fail before the site is well again. */
export const FAULTY_ANSWERS = 3;

/** Processes that share one home and ask for the same versions at the same time. */
export class InstallerCrowd {
  private versions = 0;
  /** What stands for each version's binary. */
  private readonly scripts = new Map<string, string>();

  private constructor(
    private readonly site: ReleaseSite,
    private readonly home: string,
    private readonly processes: readonly InstallerProcess[],
  ) {}

  static async gather(size: number): Promise<InstallerCrowd> {
    const site = new ReleaseSite();
    await site.listen();
    const home = await mkdtemp(join(tmpdir(), 'berth-crowd-'));
    const starts = Array.from({ length: size }, () => InstallerProcess.start(home, site.urls));
    return new InstallerCrowd(site, home, await Promise.all(starts));
  }

  async leave(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
    await this.site.close();
    await rm(this.home, { recursive: true, force: true });
  }

  async wellServed(): Promise<Round> {
    return this.ask(await this.release());
  }

  async brokenOff(): Promise<Round> {
    const version = await this.release();
    this.site.faults.set(zipPath(version), 'cut');
    this.site.faultsLeft.set(zipPath(version), FAULTY_ANSWERS);
    return this.ask(version);
  }

  async refused(): Promise<Round> {
    const version = await this.release();
    this.site.faults.set(sumsPath(version), 503);
    this.site.faultsLeft.set(sumsPath(version), FAULTY_ANSWERS);
    return this.ask(version);
  }

  /** First with another archive than the checksums are of, then with the right one. */
  async mistaken(): Promise<readonly [Round, Round]> {
    const version = await this.release();
    const right = this.site.files.get(zipPath(version));
    this.site.files.set(zipPath(version), await zipOf({ terraform: standIn('6.6.6') }));
    const wrong = await this.ask(version);
    this.site.files.set(zipPath(version), right ?? Buffer.alloc(0));
    return [wrong, await this.ask(version)];
  }

  /** One process is killed at this moment while all others wait for it. Throws if it had left something to use. */
  async killedAt(moment: Moment): Promise<Round> {
    const [asked, goOn] = [join(this.home, 'asked'), join(this.home, 'go-on')];
    const waiting = `if [ ! -e ${goOn} ]; then touch ${asked}; while [ ! -e ${goOn} ]; do sleep 0.05; done; fi`;
    const version = await this.release(moment === 'while the binary is tried' ? waiting : '');
    const reached = this.hold(version, moment, asked);
    const victim = await InstallerProcess.start(this.home, this.site.urls);
    const ended = victim.install(version);
    await waitFor(`an installation to be ${moment}`, async () => reached());
    const round = this.ask(version);
    // What it has asked for is held for ever; whoever asks from now on is served, as soon as it is seen to be dead.
    this.site.held.clear();
    this.site.faults.clear();
    // Looked at before: once it is dead, another may have installed it in no time.
    const isThere = existsSync(this.directory(version));
    await victim.kill();
    if ((await ended) !== 'ended' || isThere) {
      throw new Error(`a process killed ${moment} has left ${this.directory(version)}`);
    }
    await writeFile(goOn, '');
    const result = await round;
    await Promise.all([asked, goOn].map((path) => rm(path, { force: true })));
    return result;
  }

  /** One process is killed so long after it asked, wherever that finds it. */
  async killedAfter(milliseconds: number): Promise<Round> {
    const version = await this.release();
    const victim = await InstallerProcess.start(this.home, this.site.urls);
    const ended = victim.install(version);
    await pause(milliseconds);
    await victim.kill();
    await ended;
    await this.expectWhole();
    return this.ask(version);
  }

  /** What is left beside the versions once an agent has started anew: nothing, where all is well. */
  async leftovers(): Promise<string[]> {
    const process = await InstallerProcess.start(this.home, this.site.urls);
    await process.stop();
    const names = await readdir(this.directory(''));
    return names.filter((name) => name.startsWith('.'));
  }

  private directory(version: string): string {
    return join(this.home, 'engines/terraform', version);
  }

  private async release(beforeAnswer = ''): Promise<string> {
    this.versions += 1;
    const version = `1.0.${this.versions}`;
    const script = standIn(version).replace('\n', `\n${beforeAnswer}\n`);
    this.scripts.set(version, script);
    await this.site.release('terraform', version, script);
    return version;
  }

  /** Holds the next installation there; the answer tells whether it has come so far. */
  private hold(version: string, moment: Moment, asked: string): () => boolean {
    const [sums, zip] = [sumsPath(version), zipPath(version)];
    const forEver = new Promise<void>(() => undefined);
    switch (moment) {
      case 'before the checksums':
        this.site.held.set(sums, forEver);
        return () => this.site.requests.includes(sums);
      case 'before the archive':
        this.site.held.set(zip, forEver);
        return () => this.site.requests.includes(zip);
      case 'in the middle of the archive':
        this.site.faults.set(zip, 'stall');
        return () => this.site.halves.includes(zip);
      case 'while the binary is tried':
        return () => existsSync(asked);
    }
  }

  private async ask(version: string): Promise<Round> {
    const before = this.downloads(version);
    const since = performance.now();
    const outcomes = await Promise.all(this.processes.map((process) => process.install(version)));
    const milliseconds = performance.now() - since;
    const failures = outcomes.flatMap((outcome) => {
      if (outcome === 'ended') {
        return ['ended'];
      }
      return 'code' in outcome ? [`${outcome.failureClass} ${outcome.code}`] : [];
    });
    await this.expectWhole();
    return {
      installed: outcomes.length - failures.length,
      failures,
      downloads: this.downloads(version) - before,
      milliseconds,
    };
  }

  private downloads(version: string): number {
    return this.site.requests.filter((path) => path === zipPath(version)).length;
  }

  /** Every version that is there is so with every byte, and may be run. */
  private async expectWhole(): Promise<void> {
    const names = await readdir(this.directory(''));
    for (const version of names.filter((name) => !name.startsWith('.'))) {
      const path = join(this.directory(version), 'terraform');
      const [content, { mode }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
      if (content !== this.scripts.get(version) || (mode & 0o777) !== 0o755) {
        throw new Error(`${path} is not whole`);
      }
    }
  }
}
