import { TaskVariable, type CreateTask } from '@berth/contracts';
import { reservedVariable } from '@berth/domain';
import { z } from 'zod';
import { ProblemError } from '../problems/problem-error.js';
import { TASK_VARIABLES_SEAL } from '../secrets/seals.js';
import type { SecretBox } from '../secrets/secret-box.js';

const Given = z.array(TaskVariable);

/** As a task keeps them: the names for everybody, the values sealed. */
export interface SealedVariables {
  readonly names: readonly string[];
  readonly sealed: Buffer;
}

/** What a person gives one run; of a name that is given twice, the last counts, as with terraform. @throws ProblemError 400 */
export function sealVariables(
  box: SecretBox,
  asked: NonNullable<CreateTask['variables']>,
): SealedVariables | null {
  const variables = new Map<string, TaskVariable>();
  for (const { key, value, hcl = false } of asked) {
    const reserved = reservedVariable(key);
    if (reserved !== null) {
      const message = `${key} cannot be set: ${reserved}`;
      throw new ProblemError(400, 'RESERVED_VARIABLE', message, {
        fields: [{ field: 'variables', message }],
      });
    }
    // Nobody has said that it is no secret, and it stands in no other place where that could be looked up.
    variables.set(key, { key, value, category: 'terraform', sensitive: true, hcl });
  }
  if (variables.size === 0) {
    return null;
  }
  const content = Buffer.from(JSON.stringify([...variables.values()]));
  return { names: [...variables.keys()].sort(), sealed: box.seal(TASK_VARIABLES_SEAL, content) };
}

/** The workspace's variables with those of the task in their place. @throws Error where they were sealed with another key */
export function withGivenVariables(
  box: SecretBox,
  variables: readonly TaskVariable[],
  sealed: Buffer | null,
): TaskVariable[] {
  if (sealed === null) {
    return [...variables];
  }
  const given = Given.parse(JSON.parse(box.open(TASK_VARIABLES_SEAL, sealed).toString('utf8')));
  const names = new Set(given.map(({ key }) => key));
  return [...variables.filter(({ key, category }) => category !== 'terraform' || !names.has(key)), ...given];
}
