import { describe, expect, it } from '@jest/globals';
import { CreateWorkspace, UpdateWorkspace } from './workspaces.js';

const taken = (engineVersion: unknown): boolean[] => [
  CreateWorkspace.safeParse({ name: 'a', engine: 'terraform', engineVersion }).success,
  UpdateWorkspace.safeParse({ engineVersion }).success,
];

describe('the version of the engine', () => {
  it.each([
    '1.11.4',
    'v1.11.4',
    '= 1.9.8',
    '1.9',
    '~> 1.9',
    '~>1.9.2',
    '>= 1.5, < 2',
    '>1.5,!=1.7.0',
    ' >= 1.6.0-rc1 ',
    '1.12.0-beta.2',
    null,
  ])('may be %j', (version) => {
    expect(taken(version)).toEqual([true, true]);
  });

  it.each([
    '',
    ' ',
    'latest',
    '1.x',
    '^1.2.3',
    '>= ',
    '=> 1.5',
    '== 1.5',
    '1.2.3.4',
    '>= 1.5 < 2',
    '>= 1.5,',
    '1.5 || 1.6',
    '1.11.',
    '01.2.3',
    '1.2.3-',
    '1.2.3-01',
    '../../etc',
    '99999999999999999999',
    '1.5.0+build',
  ])('is refused when it is set where no agent could look for it: %j', (version) => {
    expect(taken(version)).toEqual([false, false]);
  });
});
