import type { Problem } from '@berth/contracts';

const MAX_DETAIL = 2_000;
const MAX_FIELDS = 20;
const MAX_FIELD_NAME = 100;
const MAX_MESSAGE = 500;

/** What a bad request is answered stays short, however much is wrong with it; it says how much it leaves out. */
export function bounded(problem: Problem): Problem {
  const { detail, errors = [] } = problem;
  const left = errors.length - MAX_FIELDS;
  const more = left > 0 ? ` (and ${left} more)` : '';
  return {
    ...problem,
    detail: `${cut(detail, MAX_DETAIL)}${more}`,
    ...(errors.length === 0
      ? {}
      : {
          errors: errors.slice(0, MAX_FIELDS).map(({ field, message }) => ({
            field: cut(field, MAX_FIELD_NAME),
            message: cut(message, MAX_MESSAGE),
          })),
        }),
  };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}
