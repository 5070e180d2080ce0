import type { Access } from '@berth/domain';
import { describe, expect, it } from '@jest/globals';
import { whyNot } from './many-deeds.js';
import type { Run } from './queries.js';

const operator: Access = {
  person: true,
  organization: 'operator',
  projects: new Map(),
  workspaces: new Map(),
};
const viewer: Access = { ...operator, organization: 'viewer' };
const whoami = { actor: 'user:ada@example.org' } as Parameters<typeof whyNot>[2]['whoami'];
const run = (more: Partial<Run>): Run =>
  ({
    status: 'apply_pending',
    phase: 'plan',
    kind: 'terraform',
    createdBy: 'user:bob@example.org',
    workspace: { id: 'w', name: 'w', projectId: 'p' },
    approvals: { needed: 1, given: [] },
    ...more,
  }) as Run;

describe('several runs at once', () => {
  it.each([
    ['confirm', {}, operator, null],
    ['confirm', { status: 'planning' }, operator, 'no plan of it waits for a person (planning)'],
    ['confirm', { status: 'succeeded' }, operator, 'it is over (succeeded)'],
    ['confirm', {}, viewer, 'you may not confirm it (tasks:confirm)'],
    ['discard', {}, viewer, 'you may not discard it (tasks:discard)'],
    ['cancel', { status: 'applying', phase: 'apply' }, operator, null],
    ['cancel', {}, viewer, 'you may not cancel it (tasks:cancel)'],
    ['cancel', { createdBy: 'user:ada@example.org' }, { ...viewer, organization: 'planner' }, null],
    [
      'confirm',
      { approvals: { needed: 2, given: [{ actor: 'user:ada@example.org', comment: null, at: '' }] } },
      operator,
      'you have approved it, and it waits for somebody else',
    ],
  ] as const)('%s of %j', (deed, more, access, reason) => {
    expect(whyNot(deed, run(more as Partial<Run>), { access, whoami })).toBe(reason);
  });
});
