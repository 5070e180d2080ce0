import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { notGiven } from './given.js';
import { ProblemError } from './problem-error.js';

/** In the sentence that says what is wrong. */
const SHOWN = 10;

/** Checks a body or a query against its schema; a 400 names each field that is wrong, what is allowed and what was given. */
export class ZodPipe<S extends z.ZodType> implements PipeTransform<unknown, z.output<S>> {
  constructor(private readonly schema: S) {}

  transform(value: unknown): z.output<S> {
    const result = this.schema.safeParse(value ?? {});
    if (result.success) {
      return result.data;
    }
    const fields = result.error.issues.flatMap((issue) => fieldsOf(issue, value));
    const detail = fields
      .slice(0, SHOWN)
      .map((one) => `${one.field}: ${one.message}`)
      .join('; ');
    throw new ProblemError(400, 'INVALID_REQUEST', detail, { fields });
  }
}

function fieldsOf(issue: z.core.$ZodIssue, value: unknown): { field: string; message: string }[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: [...path, key].join('.'),
      message: 'is not a field of this request',
    }));
  }
  const message = `${issue.message}${notGiven(issue, value)}`;
  return [{ field: path.length === 0 ? 'body' : path.join('.'), message }];
}
