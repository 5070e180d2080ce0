import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { namePlan } from './name-plan.js';

const folder = (): string => mkdtempSync(join(tmpdir(), 'name-plan-'));

describe('a plan file', () => {
  it.each([
    [
      'that is no archive',
      Buffer.from('{"encrypted_data": "…"}, and it is longer than the end of an archive'),
    ],
    ['that is empty', Buffer.alloc(0)],
    [
      'that has a name already',
      Buffer.concat([Buffer.from('PK\u0005\u0006'), Buffer.alloc(16), Buffer.from([1, 0]), Buffer.from('x')]),
    ],
  ])('%s is left as it is', async (_what, content) => {
    const file = join(folder(), 'plan');
    writeFileSync(file, content);
    await namePlan(file, 'task t, attempt 1');
    expect(readFileSync(file).equals(content)).toBe(true);
  });
});
