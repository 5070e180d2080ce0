import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WorkPath } from './work-path.js';

describe('the path at which a task runs', () => {
  let home: string;
  let root: string;
  let paths: WorkPath;

  beforeEach(async () => {
    home = await realpath(await mkdtemp(join(tmpdir(), 'work-path-')));
    root = join(home, 'root');
    paths = new WorkPath(root);
    for (const work of ['one', 'two']) {
      await mkdir(join(home, work));
      await writeFile(join(home, work, 'who'), work);
    }
  });

  afterEach(async () => {
    await rm(home, { recursive: true, force: true });
  });

  it('is the same wherever its work directory lies, and leads to the newest', async () => {
    const first = await paths.lead('task', join(home, 'one'));
    const second = await paths.lead('task', join(home, 'two'));
    expect(second).toBe(first);
    expect(await readFile(join(first, 'who'), 'utf8')).toBe('two');
  });

  it('is left alone where it leads there already', async () => {
    const path = await paths.lead('task', join(home, 'one'));
    const { ino } = await lstat(path);
    await paths.lead('task', join(home, 'one'));
    expect((await lstat(path)).ino).toBe(ino);
  });

  it('is forgotten with its work directory, and no other one is', async () => {
    await paths.lead('a', join(home, 'one'));
    await paths.lead('b', join(home, 'two'));
    await paths.forget(join(home, 'one'));
    expect(await readdir(root)).toEqual(['b']);
  });

  it('is forgotten as well once its work directory went away with its agent', async () => {
    await paths.lead('a', join(home, 'one'));
    await paths.lead('b', join(home, 'two'));
    await rm(join(home, 'one'), { recursive: true });
    await paths.forget(join(home, 'elsewhere'));
    expect(await readdir(root)).toEqual(['b']);
  });

  it('stays where another agent has led it, while its earlier slot is emptied', async () => {
    const other = new WorkPath(root);
    for (let round = 0; round < 300; round += 1) {
      const path = await paths.lead('task', join(home, 'one'));
      await Promise.all([paths.forget(join(home, 'one')), other.lead('task', join(home, 'two'))]);
      expect(await readFile(join(path, 'who'), 'utf8')).toBe('two');
    }
    expect(await readdir(root)).toEqual(['task']);
  });

  it('is refused where others could lead it elsewhere', async () => {
    await mkdir(root);
    await chmod(root, 0o777);
    await expect(paths.lead('task', join(home, 'one'))).rejects.toThrow('writable by nobody else');
  });
});
