import type { Request } from 'express';
import { contentTypeOf } from '../bodies/guessed-type.js';
import { readBody } from '../bodies/read-body.js';
import { invalidField, ProblemError } from '../problems/problem-error.js';

const MAX_MB = 16 / 1024;

/** The fields of a form, each once; what is not there is an empty text. */
export class Form {
  constructor(private readonly fields: ReadonlyMap<string, string>) {}

  get(name: string): string {
    return this.fields.get(name) ?? '';
  }

  get all(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.fields);
  }
}

/** @throws ProblemError 400, 408, 413, 415 */
export async function readForm(request: Request): Promise<Form> {
  if (contentTypeOf(request) !== 'application/x-www-form-urlencoded') {
    throw new ProblemError(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'content-type must be application/x-www-form-urlencoded',
    );
  }
  const content = await readBody(request, { what: 'a form', maxMb: MAX_MB });
  return formOf(new URLSearchParams(content.toString('utf8')));
}

/** @throws ProblemError 400 where a field comes twice, or holds what no text does */
export function formOf(sent: URLSearchParams): Form {
  const fields = new Map<string, string>();
  for (const [name, value] of sent) {
    if (fields.has(name)) {
      throw invalidField(name.slice(0, 100), 'must be given once');
    }
    if (value.includes('\0')) {
      throw invalidField(name.slice(0, 100), 'must be a text');
    }
    fields.set(name, value);
  }
  return new Form(fields);
}

/** The query of an address, read as a form's fields are. @throws ProblemError 400 */
export function queryOf(request: Request): Form {
  return formOf(new URL(request.originalUrl, 'http://here').searchParams);
}

/** A small body of an operation that takes forms too: the form's fields, or the JSON that was read before. */
export async function readFields(request: Request): Promise<unknown> {
  if (contentTypeOf(request) !== 'application/x-www-form-urlencoded') {
    return request.body as unknown;
  }
  return (await readForm(request)).all;
}
