import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Task } from '@berth/contracts';
import type { System } from '../../support/system.js';
import { oneAgentSystem } from './one-agent-system.js';

/** A duration that no other process on this machine sleeps for. */
const MARK = `9${process.pid}`;

/** Processes that sleep for so many seconds. */
function sleepers(seconds: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').endsWith(`sleep\0${seconds}\0`);
    } catch {
      return false;
    }
  });
}

describe('processes that a run has started', () => {
  let system: System;

  beforeAll(async () => {
    system = await oneAgentSystem();
  }, 90_000);

  async function applied(name: string, command: string): Promise<Task> {
    const workspace = await system.api.workspace(
      name,
      {
        'main.tf': `resource "terraform_data" "one" {
          provisioner "local-exec" { command = ${JSON.stringify(command)} }
        }`,
      },
      { autoApply: true },
    );
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    return system.api.reaches(task.id, 'succeeded');
  }

  it('end with it, also where they have left its process group', async () => {
    const task = await applied('setsid', `setsid sleep ${MARK}1 >/dev/null 2>&1 & sleep 0.2`);
    expect(sleepers(`${MARK}1`)).toEqual([]);
    expect(await system.api.log(task.id, 'apply')).toContain('ended 1 process that the run had left behind');
  });

  it('end with it, also where they have a clean environment', async () => {
    await applied('clean', `env -i setsid /bin/sleep ${MARK}2 >/dev/null 2>&1 & sleep 0.2`);
    expect(sleepers(`${MARK}2`)).toEqual([]);
  });

  it('end with a step of a build', async () => {
    const run = `setsid sleep ${MARK}3 >/dev/null 2>&1 & sleep 0.2`;
    const task = await system.api.expect<Task>('POST', '/api/v1/tasks', { kind: 'build', steps: [{ run }] });
    await system.api.reaches(task.id, 'succeeded');
    expect(sleepers(`${MARK}3`)).toEqual([]);
  });

  it('find no tools of Berth’s own in their PATH', async () => {
    const task = await applied('path', 'echo "PATH is $PATH"');
    const log = await system.api.log(task.id, 'apply');
    expect(log).toContain('PATH is /');
    expect(log).not.toMatch(/PATH is .*node_modules/);
  });
});
