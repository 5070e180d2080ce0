import { describe, expect, it } from '@jest/globals';
import { classifyFailure, type FailedRun } from './failure-classes.js';
import type { Diagnostic } from './terraform-events.js';

const error = (summary: string, detail = '', more: Partial<Diagnostic> = {}): Diagnostic => ({
  severity: 'error',
  summary,
  detail,
  ...more,
});

const failed = (diagnostics: Diagnostic[], run: Partial<FailedRun> = {}): FailedRun => ({
  step: 'plan',
  exitCode: 1,
  signal: null,
  diagnostics,
  stderr: '',
  ...run,
});

describe('classifyFailure', () => {
  it('takes an error with a place in the configuration for one of the configuration', () => {
    const failure = classifyFailure(
      failed([
        error('Unclosed configuration block', 'There is no closing brace.', {
          range: { filename: 'main.tf', start: { line: 3 } },
        }),
      ]),
    );

    expect(failure).toEqual({
      code: 'TERRAFORM_CONFIGURATION_INVALID',
      class: 'permanent',
      message: 'Unclosed configuration block (main.tf line 3): There is no closing brace.',
    });
  });

  it('looks past the preamble with which init begins to what is wrong', () => {
    const preamble = error(
      'Terraform encountered problems during initialisation, including problems with the configuration',
    );
    const place = { range: { filename: 'main.tf', start: { line: 1 } } };
    const run = failed([preamble, error('Missing name for resource', '', place)], { step: 'init' });
    expect(classifyFailure(run)).toMatchObject({
      code: 'TERRAFORM_CONFIGURATION_INVALID',
      class: 'permanent',
    });
    expect(classifyFailure(failed([preamble], { step: 'init' }))).toMatchObject({ class: 'transient' });
  });

  it('tries again what nobody knows, but not what a provider answered', () => {
    expect(classifyFailure(failed([error('Something new')]))).toMatchObject({ class: 'transient' });
    expect(classifyFailure(failed([error('Denied', '', { address: 'aws_s3_bucket.b' })]))).toMatchObject({
      code: 'TERRAFORM_FAILED',
      class: 'permanent',
    });
  });

  it("tells a provider's answer of a whole block from a fault inside it, and knows only answers once an apply has begun", () => {
    const placed = (code: string): Diagnostic =>
      error('Denied', '', {
        address: 'aws_s3_bucket.b',
        range: { filename: 'main.tf', start: { line: 3 } },
        snippet: { code, start_line: 3 },
      });
    const codeOf = (code: string, run: Partial<FailedRun> = {}): string =>
      classifyFailure(failed([placed(code)], run)).code;

    expect(codeOf('resource "aws_s3_bucket" "b" {')).toBe('TERRAFORM_FAILED');
    expect(codeOf('  data "aws_s3_bucket" "b" {')).toBe('TERRAFORM_FAILED');
    expect(codeOf('  bucket = "B"')).toBe('TERRAFORM_CONFIGURATION_INVALID');
    expect(codeOf('  bucket = "B"', { step: 'apply', applyStarted: true })).toBe('TERRAFORM_FAILED');
    expect(codeOf('  bucket = "B"', { step: 'apply', applyStarted: false })).toBe(
      'TERRAFORM_CONFIGURATION_INVALID',
    );
  });

  it('leaves what follows to who knows it, but for an apply that has begun and is not repeated', () => {
    const full = [error('Failed to write', 'no space left on device')];
    const messageOf = (run: Partial<FailedRun>): string => classifyFailure(failed(full, run)).message;

    expect(messageOf({})).toBe('Failed to write: no space left on device. The disk of the agent is full.');
    expect(messageOf({ step: 'apply', applyStarted: true })).toBe(
      'Failed to write: no space left on device. The disk of the agent is full. The apply had begun, so it is not repeated: look at what was changed, and plan again.',
    );
    expect(classifyFailure(failed([error('Unsupported state file format')])).message).not.toMatch(
      /tried again|not repeated/,
    );
  });

  it('looks past warnings, and puts the state before whatever else went wrong', () => {
    const failure = classifyFailure(
      failed([
        { severity: 'warning', summary: 'Saved plan is stale', detail: '' },
        error('creating x', 'Throttling'),
        error('Failed to save state', 'HTTP error: 500'),
      ]),
    );

    expect(failure.code).toBe('TERRAFORM_STATE_NOT_SAVED');
  });

  it('repeats nothing once an apply has begun, and assumes that it has', () => {
    const throttled = [error('creating x', 'api error Throttling: Rate exceeded')];

    expect(classifyFailure(failed(throttled, { step: 'apply' })).class).toBe('permanent');
    expect(classifyFailure(failed(throttled, { step: 'apply', applyStarted: true })).class).toBe('permanent');
    expect(classifyFailure(failed(throttled, { step: 'apply', applyStarted: false })).class).toBe(
      'transient',
    );
    expect(classifyFailure(failed(throttled, { step: 'plan', applyStarted: true })).class).toBe('transient');
  });

  it('knows a kill by its signal and by its exit code', () => {
    for (const run of [{ exitCode: null, signal: 'SIGKILL' as const }, { exitCode: 137 }]) {
      expect(classifyFailure(failed([], run))).toMatchObject({
        code: 'TERRAFORM_KILLED',
        class: 'transient',
      });
    }
  });

  it('does not take another signal for a word of terraform', () => {
    expect(classifyFailure(failed([], { exitCode: null, signal: 'SIGTERM' }))).toMatchObject({
      code: 'TERRAFORM_KILLED',
      message: 'terraform plan ended on SIGTERM and gave no reason.',
    });
  });

  it('takes a judgement of terraform itself for good, unless the world has a part in it', () => {
    expect(classifyFailure(failed([error('Unsupported plan shape', 'It has corners.')]))).toMatchObject({
      code: 'TERRAFORM_CONFIGURATION_INVALID',
      class: 'permanent',
    });
    for (const [summary, detail] of [
      ['Invalid response', 'from r.example'],
      ['Missing file', 'the connection was lost'],
      ['Unknown problem', 'while the lock was asked for'],
    ] as const) {
      expect(classifyFailure(failed([error(summary, detail)]))).toMatchObject({ class: 'transient' });
    }
  });

  it('names the holder of the lock, as terraform shows it', () => {
    const detail =
      'Error message: HTTP remote state already locked: ID=6f1b\nLock Info:\n  ID:        6f1b\n  Path:      \n  Operation: OperationTypeApply\n  Who:       ada@laptop\n  Version:   1.11.4\n  Created:   2026-11-20 22:10:58.403 +0000 UTC\n  Info:      \n';

    expect(classifyFailure(failed([error('Error acquiring the state lock', detail)])).message).toMatch(
      / ada@laptop holds the lock of the state for OperationTypeApply since 2026-11-20 22:10:58\.403 \+0000 UTC\.$/,
    );
  });

  it('does not take the run itself for the holder, whose lock terraform shows', () => {
    const detail =
      'Error message: HTTP remote state already locked: ID=6f1b\nLock Info:\n  ID:        0a0a\n  Operation: OperationTypePlan\n  Who:       root@agent\n\n\nTerraform acquires a state lock.';
    const { message } = classifyFailure(failed([error('Error acquiring the state lock', detail)]));

    expect(message).toBe(
      'Error acquiring the state lock: Error message: HTTP remote state already locked: ID=6f1b Terraform acquires a state lock. Somebody else holds the lock of the state.',
    );
  });

  it('names the version that is wanted and the one that ran', () => {
    const unsupported = error(
      'Unsupported Terraform Core version',
      'This configuration does not support Terraform version 1.11.4. To proceed, choose another.',
      { snippet: { code: '  required_version = ">= 1.99"', start_line: 2 } },
    );

    expect(classifyFailure(failed([unsupported])).message).toMatch(
      /The configuration wants required_version ">= 1\.99", and version 1\.11\.4 ran: choose an engineVersion /,
    );
  });

  it('quotes the panic of a crash', () => {
    const stderr = 'panic: runtime error: index out of range\n\ngoroutine 1 [running]:\n';

    expect(classifyFailure(failed([], { stderr, exitCode: 11 }))).toMatchObject({
      code: 'TERRAFORM_CRASHED',
      message: expect.stringContaining('index out of range'),
    });
  });

  it('says how the command ended when terraform said nothing', () => {
    expect(classifyFailure(failed([], { exitCode: 1, stderr: 'some text' })).message).toBe(
      'terraform plan ended with exit code 1 and gave no reason. some text',
    );
    expect(classifyFailure(failed([], { exitCode: 1 })).message).toBe(
      'terraform plan ended with exit code 1 and gave no reason.',
    );
  });

  it('keeps the message short, and whole characters whole', () => {
    const { message } = classifyFailure(
      failed([error('Failed to install provider', `openpgp: ${'ü'.repeat(5_000)}`)]),
    );

    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(2_000);
    expect(message).not.toContain('\uFFFD');
    expect(message).toMatch(/… The package's signature is not valid/);
  });

  it('quotes no value of a variable that differs from the plan', () => {
    const failure = classifyFailure(
      failed([
        error("Can't change variable when applying a saved plan", 'The saved plan specifies "SECRET"'),
      ]),
    );

    expect(failure.message).not.toContain('SECRET');
  });
});
