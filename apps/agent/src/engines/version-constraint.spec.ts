import { describe, expect, it } from '@jest/globals';
import { parseConstraint } from './version-constraint.js';

describe('parseConstraint', () => {
  it.each([
    ['~> 1.9', ['1.9.0', '1.12.5'], ['1.8.9', '2.0.0']],
    ['~> 1.9.2', ['1.9.2', '1.9.9'], ['1.9.1', '1.10.0']],
    ['~> 1', ['1.0.0', '2.0.0'], ['0.15.5']],
    ['>= 1.5, < 2', ['1.5.0', '1.99.0'], ['1.4.9', '2.0.0']],
    ['>1.5,!=1.7.0', ['1.5.1', '1.7.1'], ['1.5.0', '1.7.0']],
    ['<= 1.5', ['1.5.0', '1.4.0'], ['1.5.1']],
    ['>= 1.5', ['1.5.0'], ['1.6.0-rc1']],
    ['>= 1.6.0-rc1', ['1.6.0-rc1', '1.6.0'], ['1.6.0-rc2', '1.7.0-alpha1']],
  ])('%s allows %j and not %j', (text, allowed, refused) => {
    const constraint = parseConstraint(text);

    expect(constraint.exact).toBeNull();
    expect(allowed.filter((version) => !constraint.allows(version))).toEqual([]);
    expect(refused.filter((version) => constraint.allows(version))).toEqual([]);
  });

  it.each([
    ['1.9.8', '1.9.8'],
    ['= 1.9.8', '1.9.8'],
    ['v1.9.8', '1.9.8'],
    ['1.9', '1.9.0'],
    ['1.12.0-rc1', '1.12.0-rc1'],
  ])('%s is the version %s', (text, version) => {
    const constraint = parseConstraint(text);

    expect(constraint.exact).toBe(version);
    expect(constraint.allows(version)).toBe(true);
    expect(constraint.allows('9.9.9')).toBe(false);
  });

  it.each(['', 'latest', '1.x', '^1.2.3', '>= ', '1.2.3.4', '../../etc', '>= 1.5 < 2'])(
    'refuses %j for good',
    (text) => {
      expect(() => parseConstraint(text)).toThrow(
        expect.objectContaining({ code: 'ENGINE_VERSION_INVALID', failureClass: 'permanent' }),
      );
    },
  );
});
