import { describe, expect, it } from '@jest/globals';
import { PlanDescription } from './agent-protocol.js';

const CONTENT = {
  summary: { add: 0, change: 0, destroy: 0 },
  resources: [],
  outputs: [],
  drift: [],
  errored: false,
  terraformVersion: '1.11.4',
  planFormatVersion: '1.2',
};
const sha256 = 'a'.repeat(64);
const digests = {
  version: 1,
  keyId: 'b'.repeat(16),
  effects: sha256,
  context: sha256,
  inputs: sha256,
  entries: { 'terraform_data.x["__proto__"]': 'c'.repeat(16) },
  settings: null,
};
const described = (more: object) =>
  PlanDescription.safeParse({ attempt: 1, document: CONTENT, lockFile: null, ...more });

describe('what an agent says of its plan', () => {
  it('is taken from one of an older build, which has one digest and no others', () => {
    expect(described({ digest: sha256 }).data?.digests).toBeUndefined();
    expect(described({ digest: sha256 }).success).toBe(true);
  });

  it('has all digests or none', () => {
    expect(described({ digests }).data?.digests).toEqual(digests);
    const { inputs: _inputs, ...some } = digests;
    expect(described({ digests: some }).success).toBe(false);
    expect(described({ digests: { ...digests, entries: { x: 'a value' } } }).success).toBe(false);
  });
});
