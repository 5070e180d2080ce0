import { readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TerraformResult } from '../../apps/agent/src/terraform/terraform-process.js';
import { processGone, TerraformSlot } from '../support/terraform-slot.js';

const main = `
  resource "terraform_data" "first" {}
  resource "terraform_data" "slow" {
    depends_on = [terraform_data.first]
    provisioner "local-exec" {
      command = "echo $$ > provisioner.pid; echo sleeping; sleep 1000"
    }
  }`;

let slot: TerraformSlot;

beforeEach(async () => {
  slot = new TerraformSlot();
  await slot.open();
  await slot.configure({ 'main.tf': main });
  await slot.plan();
});
afterEach(async () => {
  await slot.close();
});

/** Cancels once the provisioner sleeps. */
function cancelledApply(graceMs: number): Promise<TerraformResult> {
  const abort = new AbortController();
  return slot.apply({
    signal: abort.signal,
    graceMs,
    onEvent: ({ type, '@message': message }) => {
      if (type === 'provision_progress' && message.endsWith('sleeping')) {
        abort.abort();
      }
    },
  });
}

const provisioner = async (): Promise<number> =>
  Number(await readFile(join(slot.work, 'provisioner.pid'), 'utf8'));

/** Makes a file at once, as a change of the world that no state tells of, and never ends before its cancellation is read. */
const quick = `
  resource "terraform_data" "quick" {
    provisioner "local-exec" {
      command = "touch changed; exec sleep 1000"
    }
  }`;

describe('an apply that is cancelled before its first change', () => {
  beforeEach(async () => {
    await slot.configure({ 'main.tf': quick });
    await slot.plan();
  });

  async function cancelledAt(moment: string): Promise<TerraformResult> {
    const abort = new AbortController();
    return slot.apply({
      signal: abort.signal,
      outputDirectory: slot.outputs,
      onSpawn: () => {
        if (moment === 'spawn') {
          abort.abort();
        }
      },
      onEvent: ({ type }) => {
        if (type === moment) {
          abort.abort();
        }
      },
    });
  }

  it.each(['spawn', 'version'])(
    'at its %s is killed and has changed nothing, or had begun and is interrupted, 20 times in a row',
    async (moment) => {
      const ends = new Set<string>();
      for (let round = 0; round < 20; round += 1) {
        const { exitCode, cancelled, killed, firstApplyStartAt } = await cancelledAt(moment);
        const changed = existsSync(join(slot.work, 'changed'));
        const begun = firstApplyStartAt !== null;
        expect({ cancelled, changed: changed && !begun }).toEqual({ cancelled: true, changed: false });
        expect(killed).toBe(!begun);
        expect(begun || (exitCode === null && slot.server.states.size === 0)).toBe(true);
        expect(slot.processes()).toEqual([]);
        ends.add(begun ? 'begun' : 'unchanged');
        await rm(join(slot.work, 'changed'), { force: true });
        slot.server.states.clear();
        slot.server.locks.clear();
      }
      expect(ends).toContain('unchanged');
    },
    60_000,
  );
});

describe('an apply that is cancelled', () => {
  it('saves its state, releases its lock and leaves no process behind', async () => {
    const applied = await cancelledApply(20_000);

    expect(applied).toMatchObject({ exitCode: 1, cancelled: true, killed: false, appliedResources: 1 });
    expect(slot.log).toContain('Gracefully shutting down...');
    expect(slot.server.locks.size).toBe(0);
    expect(slot.state.resources.map(({ name }) => name).sort()).toEqual(['first', 'slow']);
    await processGone(await provisioner());
    expect(slot.processes()).toEqual([]);
  });

  it('is killed with all its processes when its time is over', async () => {
    const applied = await cancelledApply(0);

    expect(applied.cancelled).toBe(true);
    await processGone(await provisioner());
    expect(slot.processes()).toEqual([]);
  });
});
