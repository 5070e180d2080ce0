import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endProcessesOf, processesOf } from '../user-processes.js';
import { RunUser } from './run-user.js';
import { firstUserOf } from './run-users.js';

const asRoot = process.getuid?.() === 0 ? describe : describe.skip; // only root can give others their processes
const UID = 1_899_999_997;

asRoot('the user of a slot’s runs (skipped where the tests do not run as root)', () => {
  let folder: string;
  let user: RunUser;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-run-user-'));
    user = new RunUser(UID, false);
  });
  afterEach(async () => {
    await endProcessesOf(user);
    await rm(folder, { recursive: true, force: true });
  });

  const enter = async (): Promise<void> => user.enter({ writes: [], reads: [], lent: [], tmp: folder });

  /** One that nobody but its user can be told by: it leads a session, knows no HOME and works nowhere. */
  async function leaveBehind(): Promise<void> {
    const child = spawn('/bin/sleep', ['1000'], { uid: UID, gid: UID, cwd: '/', env: {}, detached: true });
    await new Promise((resolve) => child.once('spawn', resolve));
    child.unref();
  }

  it('has nothing at work when it has left', async () => {
    await enter();
    await leaveBehind();
    await leaveBehind();
    expect(processesOf(UID)).toHaveLength(2);
    await user.leave();
    expect(processesOf(UID)).toEqual([]);
  });

  it('has left when the last one of it has', async () => {
    await enter();
    await enter();
    await leaveBehind();
    const first = user.leave();
    expect(processesOf(UID)).toHaveLength(1);
    await Promise.all([first, user.leave()]);
    expect(processesOf(UID)).toEqual([]);
  });
});

describe('the processes of a user', () => {
  it.each([0, 1, 999, NaN, process.getuid?.() ?? 0])('are not ended where that is %p', async (uid) => {
    await expect(endProcessesOf({ uid, gid: uid })).rejects.toThrow('are not a run’s alone');
  });
});

describe('the users of an agent', () => {
  it('are the same at each start, and others than those of another agent or home', () => {
    const one = firstUserOf({ agentId: 'one', home: '/var/lib/berth' });
    expect(firstUserOf({ agentId: 'one', home: '/var/lib/berth' })).toBe(one);
    expect(Math.abs(firstUserOf({ agentId: 'two', home: '/var/lib/berth' }) - one)).toBeGreaterThan(256);
    expect(Math.abs(firstUserOf({ agentId: 'one', home: '/srv/berth' }) - one)).toBeGreaterThan(256);
    expect(one).toBeGreaterThanOrEqual(1_900_000_000);
    expect(one).toBeLessThan(2 ** 31 - 512);
  });
});
