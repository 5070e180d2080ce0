import type { FailureClass } from '@berth/domain';
import type { Diagnostic } from './terraform-events.js';

/** One row of the table: what terraform says, and what that means for the task. */
export interface FailureRule {
  readonly code: string;
  readonly class: FailureClass;
  /** Against the summary, white space normalised. */
  readonly summary?: RegExp;
  /** Against summary and detail together, white space normalised. */
  readonly text?: RegExp;
  /** Against the name of the file that terraform points at. */
  readonly file?: RegExp;
  /** What it means, and what a person can do. What follows for the task is said by who decides that. */
  readonly advice: string | ((error: Diagnostic) => string);
}

/** As rules read it: terraform wraps its lines where they end. */
export function normalise(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Whether the rule is about this error. */
export function fits(rule: FailureRule, error: Diagnostic): boolean {
  const summary = normalise(error.summary);
  return (
    (rule.summary?.test(summary) ?? true) &&
    (rule.text?.test(`${summary} ${normalise(error.detail)}`) ?? true) &&
    (rule.file?.test(error.range?.filename ?? '') ?? true)
  );
}
