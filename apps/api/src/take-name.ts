import { UniqueViolation } from '@berth/persistence';
import { isUuid } from './paging.js';
import { ProblemError } from './problems/problem-error.js';

/**
 * Runs what gives the name to a thing that is found by its id or its name.
 * @throws ProblemError where the name could be an id, or another one has it
 */
export async function takeName<T>(what: string, name: string, save: () => Promise<T>): Promise<T> {
  if (isUuid(name)) {
    throw new ProblemError(400, 'INVALID_REQUEST', 'name: must not look like an id');
  }
  try {
    return await save();
  } catch (error) {
    if (error instanceof UniqueViolation) {
      throw new ProblemError(409, 'NAME_TAKEN', `there is a ${what} "${name}" already`, { cause: error });
    }
    throw error;
  }
}
