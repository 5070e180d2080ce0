import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ZodPipe } from './zod.pipe.js';

const pipe = new ZodPipe(
  z.strictObject({
    operation: z.enum(['plan', 'destroy']).optional(),
    limit: z.coerce.number().int().min(1).max(200).optional(),
    name: z
      .string()
      .regex(/^[a-z]+$/, 'may hold letters')
      .optional(),
    password: z.string().min(12).optional(),
    steps: z.array(z.object({ timeoutSeconds: z.int().max(60) })).optional(),
  }),
);

/** The sentence of the refusal. */
function refusal(value: unknown): string {
  try {
    pipe.transform(value);
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
}

describe('what is refused of a request', () => {
  it('is told with what is allowed and what was given, of choices and of numbers', () => {
    expect(refusal({ operation: 'aply' })).toBe(
      'operation: Invalid option: expected one of "plan"|"destroy", not "aply"',
    );
    expect(refusal({ operation: 7 })).toMatch(/expected one of "plan"\|"destroy", not 7$/);
    expect(refusal({ limit: '500' })).toMatch(/^limit: .*<=200, not "500"$/);
    expect(refusal({ limit: 'many' })).toMatch(/^limit: .*number.*, not "many"$/);
    expect(refusal({ steps: [{ timeoutSeconds: 61 }] })).toMatch(
      /^steps\.0\.timeoutSeconds: .*<=60, not 61$/,
    );
  });

  it('repeats nothing of other texts, which may be secret, and nothing long', () => {
    expect(refusal({ password: 's3cret' })).not.toContain('s3cret');
    expect(refusal({ name: 'S3CRET' })).not.toContain('S3CRET');
    expect(refusal({ operation: 'x'.repeat(41) })).not.toContain('xx');
    expect(refusal({ operation: { a: 's3cret' } })).not.toContain('s3cret');
    expect(refusal('s3cret')).not.toContain('s3cret');
  });

  it('names what is no field of it', () => {
    expect(refusal({ operatoin: 'plan' })).toBe('operatoin: is not a field of this request');
  });
});
