import type { z } from 'zod';
import { givenSettings } from './given-settings.js';

/** The environment is not what the service needs: one line for each fault, naming the variable and what it must be. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigError';
  }
}

/**
 * Reads the settings that `schema` names from the environment, or from where it says that they are.
 * Values never appear in the faults, for some of them are secrets; only numbers do where a number is wanted.
 * @throws ConfigError with all faults at once
 */
export function loadEnv<S extends z.ZodObject>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
): z.infer<S> {
  const { values, faults } = givenSettings(Object.keys(schema.shape), env);
  const result = schema.safeParse(values);
  if (result.success && faults.length === 0) {
    return result.data;
  }
  const issues = result.success ? [] : result.error.issues;
  throw new ConfigError([
    ...faults,
    ...issues.map((issue) => `${issue.path.join('.')} ${issue.message}${givenNumber(issue, values)}`),
  ]);
}

function givenNumber(issue: z.core.$ZodIssue, values: Readonly<Record<string, string>>): string {
  const wants = 'origin' in issue ? issue.origin : 'expected' in issue ? issue.expected : '';
  const given = values[String(issue.path[0])] ?? '';
  return ['number', 'int'].includes(wants) && /^-?\d[\d.]{0,14}$/.test(given) ? `, not ${given}` : '';
}
