import { z } from 'zod';

const NUMBER = '(?:0|[1-9][0-9]{0,8})';
/** What semantic versions allow behind a dash: parts that are not empty, and numbers without leading zeros. */
const PRERELEASE = `-(?:${NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(?:\\.(?:${NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*`;
const TERM = new RegExp(`^(?:=|!=|>=|<=|>|<|~>)?\\s*v?${NUMBER}(?:\\.${NUMBER}){0,2}(?:${PRERELEASE})?$`);

/** A version, or constraints in terraform's own syntax with commas between them: what an agent can look for. */
export const EngineVersion = z
  .string()
  .max(100)
  .refine((text) => text.split(',').every((term) => TERM.test(term.trim())), {
    error:
      'must be a version such as "1.11.4", or constraints such as "~> 1.11" or ">= 1.5, < 2": =, !=, >, >=, <, <= or ~> ' +
      'before one to three numbers, and commas between several',
  });
