import { ProblemError } from './problem-error.js';

/** Terraform would take a 404 for an empty state, and make everything once more. */
export function workspaceGone(idOrName: string, cause?: unknown): ProblemError {
  return new ProblemError(
    410,
    'WORKSPACE_NOT_FOUND',
    `there is no workspace "${idOrName}": it is misspelt, was deleted, or belongs to another organization`,
    { cause },
  );
}
