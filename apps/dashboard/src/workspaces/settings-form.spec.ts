import { describe, expect, it } from '@jest/globals';
import type { Workspace } from './queries.js';
import { changesIn, formOf } from './settings-form.js';

const WORKSPACE = {
  name: 'w',
  project: 'default',
  pool: 'default',
  engine: 'terraform',
  engineVersion: null,
  workingDirectory: '',
  onSlotLost: 'replan',
  autoApply: false,
  approvals: 1,
  allowSelfApproval: true,
  keepApprovals: 'never',
  git: { url: 'https://example.org/a.git', branch: null, path: '', hasToken: true },
} as unknown as Workspace;

describe('the settings of a workspace', () => {
  it('send nothing where nothing was changed', () => {
    expect(changesIn(WORKSPACE, formOf(WORKSPACE))).toEqual({});
  });

  it('send what differs, and no more', () => {
    const form = { ...formOf(WORKSPACE), approvals: '2', engineVersion: '1.11.4' };
    expect(changesIn(WORKSPACE, form)).toEqual({ approvals: 2, engineVersion: '1.11.4' });
  });

  it('leave the token where it is unless another one is given', () => {
    const form = { ...formOf(WORKSPACE), branch: 'main' };
    expect(changesIn(WORKSPACE, form)).toEqual({
      git: { url: 'https://example.org/a.git', branch: 'main', path: '' },
    });
    expect(changesIn(WORKSPACE, { ...form, token: 't' }).git).toMatchObject({ token: 't' });
  });

  it('take git away with its address', () => {
    expect(changesIn(WORKSPACE, { ...formOf(WORKSPACE), url: '' })).toEqual({ git: null });
  });
});
