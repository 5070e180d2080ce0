import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task } from '@berth/contracts';
import type { System } from '../../support/system.js';
import { oneAgentSystem } from './one-agent-system.js';
import { waitFor } from '../../support/wait-for.js';

/** Longer than an agent asks for one piece: the log used to be given up after two of these. */
const TRIES = 4;

describe('an api that is away when a run ends', () => {
  let system: System;
  let go: string;

  beforeAll(async () => {
    go = join(await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'log-outage-')), 'go');
    system = await oneAgentSystem();
  }, 90_000);

  afterAll(async () => {
    await writeFile(go, '');
  }, 60_000);

  it('has the end of its log as soon as it is back', async () => {
    const run = `echo begun; until [ -e ${go} ]; do sleep 0.1; done; echo the last words`;
    const { id } = await system.api.expect<Task>('POST', '/api/v1/tasks', {
      kind: 'build',
      steps: [{ run }],
    });
    await waitFor('the step to be in the middle', async () =>
      (await system.api.log(id, 'build').catch(() => '')).includes('begun'),
    );
    await system.apiService.end('SIGKILL');
    await writeFile(go, '');
    const [agent] = system.agents;
    await waitFor(
      'some tries to send the log',
      async () => (await readFile(agent!.logFile, 'utf8')).split('log piece not sent').length > TRIES,
      90_000,
    );
    system.apiService.start();
    await system.apiService.ready();
    await system.api.reaches(id, 'succeeded');
    expect(await system.api.log(id, 'build')).toContain('the last words\n');
  }, 180_000);
});
