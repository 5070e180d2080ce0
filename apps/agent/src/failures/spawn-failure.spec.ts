import { describe, expect, it } from '@jest/globals';
import { sandboxFailure } from './spawn-failure.js';

const PROGRAM = { binary: '/opt/terraform', cwd: '/' };

describe('a program that a sandbox has not become', () => {
  it.each([
    ['bwrap: execvp /opt/terraform: No such file or directory', 'TERRAFORM_NOT_FOUND', 'permanent'],
    ['bwrap: execvp /opt/terraform: Permission denied', 'TERRAFORM_NOT_STARTED', 'permanent'],
    ['bwrap: execvp /opt/terraform: Text file busy', 'TERRAFORM_NOT_STARTED', 'transient'],
    ["bwrap: Can't find source path /slots/1/work: No such file or directory", 'SANDBOX_FAILED', 'transient'],
    ['bwrap: Creating new namespace failed: Resource temporarily unavailable', 'SANDBOX_FAILED', 'transient'],
  ])('with “%s” is %s, %s', (said, code, failureClass) => {
    expect(sandboxFailure(PROGRAM, `${said}\n`)).toMatchObject({ code, failureClass });
  });
});
