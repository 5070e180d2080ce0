import { spawn } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { System } from '../support/system.js';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const WALK_THROUGH = /<!-- walk-through:begin -->(.*)<!-- walk-through:end -->/s;

/** The lines of the page's walk-through, in one script, as a reader pastes them. */
async function walkThrough(): Promise<string> {
  const page = await readFile(join(REPOSITORY, 'docs/http-api.md'), 'utf8');
  const section = WALK_THROUGH.exec(page)?.[1] ?? '';
  return [...section.matchAll(/```bash\n(.*?)```/gs)].map((block) => block[1]).join('\n');
}

describe('the first workspace with curl', () => {
  let system: System;
  let home: string;

  beforeAll(async () => {
    system = await System.start({ agents: 1 });
    home = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'readme-'));
    const runtime = { apiUrl: system.api.baseUrl, apiKey: system.api.key };
    await writeFile(join(home, 'runtime.json'), JSON.stringify(runtime), { mode: 0o600 });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  it('is made by the lines as they are written', async () => {
    const script = await walkThrough();
    expect(script).toContain('curl');
    const bash = spawn('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: REPOSITORY,
      env: { PATH: process.env['PATH'] ?? '', HOME: home, BERTH_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
    });
    const [said, complained] = await Promise.all([text(bash.stdout), text(bash.stderr)]);
    const code = await new Promise((done) => {
      if (bash.exitCode === null) {
        bash.once('exit', done);
      } else {
        done(bash.exitCode);
      }
    });
    expect({ code, complained: code === 0 ? '' : `${complained}\n${said}` }).toEqual({
      code: 0,
      complained: '',
    });
    expect(said).toContain('skipping init and plan restore');
    // Applied, applied again with a variable, destroyed.
    expect(said.match(/ is succeeded$/gm)).toHaveLength(3);
    expect(await system.api.call('GET', '/api/v1/workspaces')).toMatchObject({
      status: 200,
      body: { items: [] },
    });
  }, 150_000);
});
