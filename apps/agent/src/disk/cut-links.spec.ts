import { mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cutLinksOut } from './cut-links.js';

describe('links that a run leaves for its agent', () => {
  let home: string;
  let work: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'berth-links-'));
    work = join(home, 'work');
    await mkdir(join(work, 'app'), { recursive: true });
    await writeFile(join(home, 'secret'), 'of the agent');
    await writeFile(join(work, 'own'), 'of the run');
  });
  afterEach(async () => {
    await rm(home, { recursive: true, force: true });
  });

  it.each(['../secret', '/etc/passwd', '../nothing', '..'])(
    'are removed where they lead to %s',
    async (target) => {
      await symlink(target, join(work, 'lock'));
      expect(await cutLinksOut(work, ['lock'])).toEqual(['lock']);
      await expect(readlink(join(work, 'lock'))).rejects.toThrow('ENOENT');
      expect(await readFile(join(home, 'secret'), 'utf8')).toBe('of the agent');
    },
  );

  it('are removed like what is no file at all, at which it would wait for ever', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(work, 'socket'), resolve));
    await symlink('socket', join(work, 'lock'));
    expect(await cutLinksOut(work, ['lock', 'socket'])).toEqual(['lock', 'socket']);
    server.close();
  });

  it('are removed also on the way to a file', async () => {
    await rm(join(work, 'app'), { recursive: true });
    await symlink(home, join(work, 'app'));
    expect(await cutLinksOut(work, ['app/secret', 'app/.terraform'])).toEqual(['app']);
  });

  it('stay where they lead to something of the run, as what is no link does', async () => {
    await symlink('../own', join(work, 'app', 'lock'));
    expect(await cutLinksOut(work, ['app/lock', 'own', 'app/nothing', ''])).toEqual([]);
    expect(await readFile(join(work, 'app', 'lock'), 'utf8')).toBe('of the run');
  });
});
