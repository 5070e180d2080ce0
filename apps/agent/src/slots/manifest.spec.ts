import { describe, expect, it } from '@jest/globals';
import { Manifest, sealed, sealOf } from './manifest.js';

const KEY = 'ab'.repeat(32);
const MANIFEST = Manifest.parse({
  version: 1,
  taskId: 'task',
  attempt: 1,
  workspaceId: 'workspace',
  state: 'planned',
  agentId: 'agent-1',
  podName: 'pod-1',
  slotId: 1,
  planHash: 'a'.repeat(64),
  treeDigest: 'b'.repeat(64),
  engine: { path: '/engines/terraform', version: '1.11.4' },
});

describe('the seal of a manifest', () => {
  it('is the same after the way over the disk', () => {
    const written = sealed(MANIFEST, KEY);
    const read = Manifest.parse(JSON.parse(JSON.stringify(written)));
    expect(sealOf(read, KEY)).toBe(written.seal);
  });

  it.each<readonly [string, Partial<Manifest>]>([
    ['the digest of the work directory', { treeDigest: 'c'.repeat(64) }],
    ['the engine that would run', { engine: { path: '/tmp/evil', version: '1.11.4' } }],
    ['the hash of the plan', { planHash: 'c'.repeat(64) }],
    ['the task', { taskId: 'another' }],
    ['the attempt', { attempt: 2 }],
    ['the slot', { slotId: 2 }],
  ])('does not fit when somebody has changed %s', (_what, changed) => {
    const forged = { ...sealed(MANIFEST, KEY), ...changed };
    expect(sealOf(forged, KEY)).not.toBe(forged.seal);
  });

  it('cannot be made with another key, and is none without one', () => {
    expect(sealOf(MANIFEST, 'cd'.repeat(32))).not.toBe(sealOf(MANIFEST, KEY));
    expect(sealed(MANIFEST, null).seal).toBeNull();
  });
});
