import { describe, expect, it } from '@jest/globals';
import { countsWhenRepeated, isSameFailure } from './repeated-failure.js';

const code = 'TERRAFORM_FAILED';

describe('a failure that repeats itself', () => {
  it.each([
    ['a point in time', 'at 2026-11-20T22:10:58.403Z: odd', 'at 2026-11-21T03:00:01Z: odd'],
    ['a day and an hour', 'at 2026-11-20 22:10:58.403 +0000 UTC', 'at 2026-11-21 02:11:59.1 +0000 UTC'],
    ['an hour', '22:10:58 odd', '03:11:01 odd'],
    ['an id', 'run 6f1b9a0e-1d2c-4b3a-9f8e-7d6c5b4a3f2e', 'run 0a1b9a0e-1d2c-4b3a-9f8e-7d6c5b4a3f21'],
    ['a hash', 'digest 1a2b3c4d5e', 'digest 9f8e7d6c5b4a'],
    ['a request', 'RequestID: V4N7K2Q8ZP1B3', 'RequestID: M2X9C5T7HD4A1'],
    ['a duration', 'after 1.5s', 'after 300ms'],
    ['a longer duration', 'took 12 seconds', 'took 9 seconds'],
    ['a folder for the time being', 'open /tmp/terraform123/x', 'open /tmp/terraform987/x'],
    ['a port', 'of 127.0.0.1:41234', 'of 127.0.0.1:50001'],
    ['a process', 'pid 12345', 'pid 54321'],
    ['white space', 'a\n  b', 'a b'],
  ])('is the same where only %s differs', (_what, one, other) => {
    expect(isSameFailure({ code, message: one }, { code, message: other })).toBe(true);
  });

  it.each([
    ['file', 'in main.tf line 3', 'in vars.tf line 3'],
    ['line', 'in main.tf line 3', 'in main.tf line 4'],
    ['resource', 'aws_instance.web', 'aws_instance.db'],
  ])('is another one in another %s', (_what, one, other) => {
    expect(isSameFailure({ code, message: one }, { code, message: other })).toBe(false);
  });

  it('is no sign of what the world mends, nor of anything but terraform', () => {
    const of = (name: string, failureClass: 'transient' | 'permanent' = 'transient'): boolean =>
      countsWhenRepeated({ code: name, class: failureClass, message: '' });

    expect(of(code)).toBe(true);
    expect(of('TERRAFORM_PROVIDER_DOWNLOAD_CORRUPT')).toBe(true);
    expect(of(code, 'permanent')).toBe(false);
    for (const mended of [
      'AGENT_LOST',
      'AGENT_DISK_FULL',
      'API_UNREACHABLE',
      'GIT_UNREACHABLE',
      'TERRAFORM_DISK_FULL',
      'TERRAFORM_OUT_OF_MEMORY',
      'TERRAFORM_STATE_LOCKED',
      'TERRAFORM_STATE_UNAVAILABLE',
      'TERRAFORM_REGISTRY_UNAVAILABLE',
      'TERRAFORM_REMOTE_UNAVAILABLE',
    ]) {
      expect([mended, of(mended)]).toEqual([mended, false]);
    }
  });

  it('is that of a provider that does not start, in whatever words, but for want of memory', () => {
    const start = (message: string) => ({ code: 'TERRAFORM_PROVIDER_START_FAILED', message });
    const counts = (message: string): boolean =>
      countsWhenRepeated({ ...start(message), class: 'transient' });

    expect(counts('Unrecognized remote plugin message')).toBe(true);
    expect(isSameFailure(start('Unrecognized remote plugin message'), start('timeout while waiting'))).toBe(
      true,
    );
    expect(counts('fork/exec terraform-provider-aws_v5: cannot allocate memory')).toBe(false);
    expect(counts('fork/exec terraform-provider-aws_v5: resource temporarily unavailable')).toBe(false);
  });

  it('is that of a provider that crashes in the same call again', () => {
    const crash = { code: 'TERRAFORM_PROVIDER_CRASHED', message: 'failed to respond to ReadResource' };

    expect(countsWhenRepeated({ ...crash, class: 'transient' })).toBe(true);
    expect(isSameFailure(crash, { ...crash, message: 'failed to respond to PlanResourceChange' })).toBe(
      false,
    );
  });
});
