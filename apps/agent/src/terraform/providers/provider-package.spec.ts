import { describe, expect, it } from '@jest/globals';
import { nameOf, packageOf, pathOf } from './provider-package.js';

describe('a provider package', () => {
  it('lies where terraform puts it, and is named as terraform names it', () => {
    const found = packageOf(['registry.terraform.io', 'hashicorp', 'aws', '5.100.0', 'linux_amd64']);

    expect(found && pathOf(found)).toBe('registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64');
    expect(found && nameOf(found)).toBe('hashicorp/aws 5.100.0');
  });

  it('of another registry has its host in its name', () => {
    const found = packageOf(['registry.example.com:8443', 'a', 'b', '1.0.0-beta.1+x', 'linux_arm64']);

    expect(found && nameOf(found)).toBe('registry.example.com:8443/a/b 1.0.0-beta.1+x');
  });

  it.each([
    [['host', 'a', 'b', '1.0.0']],
    [['host', 'a', 'b', '1.0.0', 'linux_amd64', 'more']],
    [['host', '..', 'b', '1.0.0', 'linux_amd64']],
    [['host', 'a', 'b/c', '1.0.0', 'linux_amd64']],
    [['.staging', 'a', 'b', '1.0.0', 'linux_amd64']],
    [['host', 'a', '', '1.0.0', 'linux_amd64']],
  ])('is not what %j says', (parts) => {
    expect(packageOf(parts)).toBeNull();
  });
});
