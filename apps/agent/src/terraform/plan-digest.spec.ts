import { describe, expect, it } from '@jest/globals';
import { planDigest } from './plan-digest.js';
import { readPlanJson } from './plan-json.js';

interface Parts {
  readonly [key: string]: unknown;
}

const KEY = 'a key of the workspace';

function digest(
  parts: Parts | string,
  more: { key?: string; refreshOnly?: boolean; inputs?: unknown } = {},
): string {
  const shown = readPlanJson(typeof parts === 'string' ? parts : JSON.stringify(parts));
  if (shown === null) {
    throw new Error('it is a plan');
  }
  return planDigest(shown, { key: KEY, refreshOnly: false, inputs: {}, ...more });
}

const resource = (change: Parts, rest: Parts = {}): Parts => ({
  address: 'terraform_data.x',
  mode: 'managed',
  type: 'terraform_data',
  name: 'x',
  change: { actions: ['update'], before_sensitive: {}, after_sensitive: {}, after_unknown: {}, ...change },
  ...rest,
});
const plan = (change: Parts, rest: Parts = {}): Parts => ({ resource_changes: [resource(change, rest)] });

describe('the digest of a plan', () => {
  const update = { before: { id: 'i', a: 1, etag: 'x' }, after: { id: 'i', a: 2, etag: 'x' } };

  it('is the same for the same plan, whatever its time and its order of keys', () => {
    const reordered = { after: { etag: 'x', a: 2, id: 'i' }, before: { etag: 'x', a: 1, id: 'i' } };
    expect(digest({ ...plan(update), timestamp: '2026-01-01' })).toBe(
      digest({ timestamp: '2026-01-02', prior_state: { serial: 5 }, ...plan(reordered) }),
    );
  });

  it('passes over what a provider makes up anew in a resource that stays, and drift', () => {
    const noisy = { before: { id: 'i', a: 1, etag: 'y' }, after: { id: 'i', a: 2, etag: 'y' } };
    expect(digest(plan(noisy))).toBe(digest(plan(update)));
    expect(digest({ ...plan(update), resource_drift: [resource(update)] })).toBe(digest(plan(update)));
  });

  it.each<[string, Parts | string, Parts | string]>([
    [
      'another secret of the same shape',
      plan({ before: { p: 'OLD' }, after: { p: 'ONE' }, after_sensitive: { p: true } }),
      plan({ before: { p: 'OLD' }, after: { p: 'TWO' }, after_sensitive: { p: true } }),
    ],
    [
      'a number beyond 2^53',
      '{"output_changes":{"o":{"actions":["create"],"before":null,"after":9007199254740992}}}',
      '{"output_changes":{"o":{"actions":["create"],"before":null,"after":9007199254740993}}}',
    ],
    [
      'an unknown that became known',
      plan({ after_unknown: { a: true } }),
      plan({ after: { a: 1 }, before: {} }),
    ],
    ['another variable', { variables: { v: { value: 'a' } } }, { variables: { v: { value: 'b' } } }],
    [
      'another command of a provisioner',
      { configuration: { root_module: { resources: [{ provisioners: [{ command: 'a' }] }] } } },
      { configuration: { root_module: { resources: [{ provisioners: [{ command: 'b' }] }] } } },
    ],
    [
      'what is destroyed',
      plan({ actions: ['delete'], before: { a: 1 } }),
      plan({ actions: ['delete'], before: { a: 2 } }),
    ],
    [
      'the order of a replacement',
      plan({ ...update, actions: ['create', 'delete'] }),
      plan({ ...update, actions: ['delete', 'create'] }),
    ],
    ['nothing and a move', {}, plan({ actions: ['no-op'] }, { previous_address: 'terraform_data.y' })],
    ['a part that nobody knows yet', { novelties: [1] }, { novelties: [2] }],
    ['targets', { complete: false }, { complete: true }],
    [
      'the order of a list',
      plan({ before: { l: [] }, after: { l: [1, 2] } }),
      plan({ before: { l: [] }, after: { l: [2, 1] } }),
    ],
  ])('tells apart %s', (_what, one, other) => {
    expect(digest(one)).not.toBe(digest(other));
  });

  it('tells apart two equal plans that were made from other inputs, and of drift where that is the plan', () => {
    expect(digest(plan(update), { inputs: { tree: 'a' } })).not.toBe(
      digest(plan(update), { inputs: { tree: 'b' } }),
    );
    const drift = { resource_drift: [resource(update)] };
    expect(digest(drift, { refreshOnly: true })).not.toBe(digest({}, { refreshOnly: true }));
  });

  it('is another one under another key, so that nobody can guess a short secret from it', () => {
    expect(digest(plan(update), { key: 'another' })).not.toBe(digest(plan(update)));
  });
});
