import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { namePlan } from '../../apps/agent/src/terraform/name-plan.js';

describe('a plan file with a name in it', () => {
  it('has other bytes for another attempt, and is still one that can be shown and applied', async () => {
    const work = mkdtempSync(join(tmpdir(), 'plan-names-'));
    const env = { ...process.env, CHECKPOINT_DISABLE: '1' };
    const terraform = (...args: string[]): string =>
      execFileSync('terraform', args, {
        cwd: work,
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    writeFileSync(join(work, 'main.tf'), 'resource "terraform_data" "one" {\n  input = "1"\n}\n');
    terraform('init', '-input=false');
    terraform('plan', '-input=false', '-out=plan');
    const made = readFileSync(join(work, 'plan'));
    writeFileSync(join(work, 'other'), made);
    await namePlan(join(work, 'plan'), 'task t, attempt 1');
    await namePlan(join(work, 'other'), 'task t, attempt 2');
    expect(readFileSync(join(work, 'plan')).equals(readFileSync(join(work, 'other')))).toBe(false);
    expect(
      readFileSync(join(work, 'plan'))
        .subarray(0, made.length - 2)
        .equals(made.subarray(0, -2)),
    ).toBe(true);
    expect(terraform('show', '-no-color', 'plan')).toContain('# terraform_data.one will be created');
    expect(terraform('apply', '-input=false', '-no-color', 'other')).toContain('1 added');
  }, 60_000);
});
