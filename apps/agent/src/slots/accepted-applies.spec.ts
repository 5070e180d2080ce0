import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@berth/observability';
import { AcceptedApplies } from './accepted-applies.js';

const TASK = { taskId: 'task', attempt: 2, slotId: 1 };

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-accepted-'));
});
afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

/** As a process of the agent has them from its start on. */
async function begun(podName = 'p'): Promise<AcceptedApplies> {
  const identity = { agentId: 'a', podName, home, workRoot: join(home, 'paths') };
  const applies = new AcceptedApplies(identity, createLogger('test', 'silent'));
  await applies.find();
  return applies;
}

const notes = async (): Promise<string[]> => readdir(join(home, 'accepted'));

describe('an apply that was accepted', () => {
  it('is known as not begun to the next process of its agent, until the registry knows', async () => {
    await (await begun()).keep(TASK);
    const next = await begun();
    expect(next.notBegun).toEqual([TASK]);
    expect((await begun()).notBegun).toEqual([TASK]);
    await next.told([...next.notBegun]);
    expect(next.notBegun).toEqual([]);
    expect(await notes()).toEqual([]);
  });

  it('is not known as not begun once terraform is to be started', async () => {
    const first = await begun();
    await first.keep(TASK);
    await first.forget(TASK);
    await first.forget(TASK);
    expect((await begun()).notBegun).toEqual([]);
  });

  it.each([
    ['in another pod', async () => undefined, 'another'],
    [
      'before the machine was started again',
      async () => changed((text) => text.replace(/"boot":"../, '"boot":"zz')),
      'p',
    ],
    ['and not noted to its end', async () => changed((text) => text.slice(0, -4)), 'p'],
  ])('%s is nothing that can be told, and its note is removed', async (_name, change, podName) => {
    await (await begun()).keep(TASK);
    await change();
    expect((await begun(podName)).notBegun).toEqual([]);
    expect(await notes()).toEqual([]);
  });

  it('again by the next process is that one’s, whatever the registry is told', async () => {
    await (await begun()).keep(TASK);
    const next = await begun();
    const told = [...next.notBegun];
    await next.keep(TASK);
    expect(next.notBegun).toEqual([TASK]);
    next.taken(TASK);
    expect(next.notBegun).toEqual([]);
    await next.told(told);
    expect(await notes()).toEqual(['1.json']);
  });

  it('is not begun still where its delivery comes again, and is refused to the next process', async () => {
    await (await begun()).keep(TASK);
    const next = await begun();
    const other = { taskId: 'other', attempt: 1, slotId: 2 };
    for (const task of [TASK, other]) {
      await next.keep(task);
      await next.notTaken(task);
    }
    expect(next.notBegun).toEqual([TASK]);
    expect((await begun()).notBegun).toEqual([TASK]);
  });

  it('goes on where it cannot be noted', async () => {
    const applies = await begun();
    await rm(join(home, 'accepted'), { recursive: true });
    await applies.keep(TASK);
    expect((await begun()).notBegun).toEqual([]);
  });
});

async function changed(change: (text: string) => string): Promise<void> {
  const file = join(home, 'accepted', '1.json');
  const text = await readFile(file, 'utf8');
  await writeFile(file, change(text));
}
