import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LoopWatch } from '@berth/observability';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EngineInstall } from '../../apps/agent/src/engines/engine-install.js';
import { EngineBinaries } from '../../apps/agent/src/engines/engine-installer.js';
import { ReleaseSignatures } from '../../apps/agent/src/engines/release-signatures.js';
import { UnusedFilesLoop } from '../../apps/agent/src/lifecycle/unused-files.loop.js';
import { quietly } from '../support/quiet.js';
import { ReleaseSite } from '../support/release-site.js';
import { waitFor } from '../support/wait-for.js';

const DAYS = 10;
const DAY_MS = 86_400_000;

describe('what lies on an agent’s disk', () => {
  let site: ReleaseSite;
  let home: string;
  let engines: EngineBinaries;
  const signal = new AbortController().signal;

  beforeEach(async () => {
    site = new ReleaseSite();
    await site.listen();
    home = await mkdtemp(join(tmpdir(), 'berth-unused-'));
    const settings = {
      home,
      usePathBinary: false,
      searchPath: '',
      urls: site.urls,
      installTimeoutMs: 60_000,
    };
    engines = new EngineBinaries(settings, new ReleaseSignatures({}, quietly().logger));
  });

  afterEach(async () => {
    await site.close();
    await rm(home, { recursive: true, force: true });
  });

  const resolve = async (version: string) => engines.resolve({ engine: 'terraform', version, signal });
  const installed = (version: string): string => join(home, 'engines/terraform', version);
  const ago = (days: number): Date => new Date(Date.now() - days * DAY_MS);

  async function engine(version: string, usedDaysAgo: number): Promise<void> {
    await site.release('terraform', version);
    await resolve(version);
    await utimes(join(home, 'engines/used/terraform', version), ago(usedDaysAgo), ago(usedDaysAgo));
  }

  it('goes where no run has asked for an engine in long; the one that was used last always stays', async () => {
    await engine('1.7.0', DAYS + 3);
    await engine('1.8.0', DAYS + 2);
    await engine('1.9.0', DAYS + 1);
    expect((await engines.removeUnused(DAYS * DAY_MS)).toSorted()).toEqual([
      'terraform 1.7.0',
      'terraform 1.8.0',
    ]);
    expect((await readdir(join(home, 'engines/terraform'))).toSorted()).toEqual(['1.9.0']);
    expect((await resolve('1.8.0')).path).toBe(join(installed('1.8.0'), 'terraform'));
  });

  it('stays where an engine is used again, and where nobody knows when it was', async () => {
    await engine('1.7.0', DAYS + 1);
    await engine('1.8.0', 0);
    await engine('1.9.0', 0);
    await rm(join(home, 'engines/used/terraform/1.8.0'));
    await resolve('1.7.0');
    expect(await engines.removeUnused(DAYS * DAY_MS)).toEqual([]);
    expect(await engines.removeUnused(DAYS * DAY_MS)).toEqual([]);
  });

  it('is given back to whoever asks for an engine in the moment in which it goes', async () => {
    await engine('1.7.0', DAYS + 1);
    let asked = 0;
    const used = async (): Promise<boolean> => {
      asked += 1;
      return Promise.resolve(asked === 1);
    };
    expect(await EngineInstall.remove(join(home, 'engines/terraform'), '1.7.0', used)).toBe(false);
    expect(existsSync(join(installed('1.7.0'), 'terraform'))).toBe(true);
    expect(await readdir(join(home, 'engines/terraform'))).toEqual(['1.7.0']);
  });

  async function savedInit(name: string, usedDaysAgo: number): Promise<void> {
    const place = join(home, 'inits', name);
    await mkdir(join(place, 'terraform'), { recursive: true });
    await writeFile(join(place, 'init.json'), '{}');
    await utimes(join(place, 'init.json'), ago(usedDaysAgo), ago(usedDaysAgo));
  }

  async function loopOf(days: number): Promise<string> {
    const { logger, metrics } = quietly();
    const watch = new LoopWatch(metrics, logger);
    const loop = new UnusedFilesLoop(
      { BERTH_UNUSED_KEEP_DAYS: days },
      { home },
      engines,
      logger,
      watch,
      metrics,
    );
    loop.start();
    if (days > 0) {
      await waitFor('a run of the loop', async () =>
        /berth_loop_runs_total\{.*outcome="ok".*\} 1/.test(await metrics.registry.metrics()),
      );
    }
    await loop.stop();
    return metrics.registry.metrics();
  }

  it('goes where no run has begun with a saved init, with drafts that a crash has left; and is counted', async () => {
    await savedInit('old', DAYS + 1);
    await savedInit('young', DAYS - 1);
    const draft = join(home, 'inits/.draft');
    await mkdir(draft);
    await utimes(draft, ago(DAYS + 1), ago(DAYS + 1));
    const told = await loopOf(DAYS);
    expect(await readdir(join(home, 'inits'))).toEqual(['young']);
    expect(told).toMatch(/berth_retention_removed_total\{.*what="saved init".*\} 2/);
    expect(told).toMatch(/berth_retention_removed_total\{.*what="engine".*\} 0/);
  });

  it('stays for ever where its days are 0', async () => {
    await savedInit('old', DAYS + 1);
    await loopOf(0);
    expect(await readdir(join(home, 'inits'))).toEqual(['old']);
  });
});
