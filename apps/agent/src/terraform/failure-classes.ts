import { FailureClass, type Failure } from '@berth/domain';
import { FAILURE_RULES, type FailureRule } from './failure-rules.js';
import { safeDetail } from './render-diagnostic.js';
import type { Diagnostic } from './terraform-events.js';

/** How a terraform command failed, as far as it told. */
export interface FailedRun {
  readonly step: 'init' | 'plan' | 'apply' | 'show';
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly stderr: string;
  /** Whether a change has begun; of an apply that does not say, it is assumed. */
  readonly applyStarted?: boolean;
  /** The kernel says that memory was out. */
  readonly outOfMemory?: boolean;
}

/** Longer messages would not fit where tasks are listed; the log has the whole. */
const MAX_MESSAGE_BYTES = 2_000;
const KILLED_EXIT_CODE = 137;
/** Of Go's runtime, which ends when it is given no more. */
const NO_MEMORY = /^fatal error: .*(out of memory|cannot allocate memory)/m;
/** Init says this first, and then what is wrong. */
const PREAMBLE = /^Terraform encountered problems during initiali[sz]ation/;

/**
 * Gives a failure its code and class. What nobody knows is transient, because a limited retry is cheap; but from
 * the first change of an apply on nothing is repeated by the machine.
 */
export function classifyFailure(run: FailedRun): Failure {
  const failure = recognise(run);
  const begun = run.step === 'apply' && (run.applyStarted ?? true);
  return begun ? { ...failure, class: FailureClass.permanent } : failure;
}

function recognise(run: FailedRun): Failure {
  const all = run.diagnostics.filter(({ severity }) => severity === 'error');
  const errors = all.length > 1 ? all.filter(({ summary }) => !PREAMBLE.test(summary)) : all;
  for (const rule of FAILURE_RULES) {
    const error = errors.find((candidate) => fits(rule, candidate));
    if (error) {
      return { code: rule.code, class: rule.class, message: message(describe(error), rule.advice) };
    }
  }
  const [first] = errors;
  if (first) {
    // With a place in the configuration, it is the configuration's; 'with aws_…' alone is a provider's answer.
    const placed = first.range !== null && first.range !== undefined;
    return {
      code: placed ? 'TERRAFORM_CONFIGURATION_INVALID' : 'TERRAFORM_FAILED',
      class: placed || first.address ? FailureClass.permanent : FailureClass.transient,
      message: message(describe(first), errors.length > 1 ? `The log shows ${errors.length - 1} more.` : ''),
    };
  }
  return withoutDiagnostic(run);
}

function fits(rule: FailureRule, error: Diagnostic): boolean {
  const summary = normalise(error.summary);
  return (
    (rule.summary?.test(summary) ?? true) &&
    (rule.text?.test(`${summary} ${normalise(error.detail)}`) ?? true)
  );
}

function withoutDiagnostic({ step, exitCode, signal, stderr, outOfMemory }: FailedRun): Failure {
  const command = `terraform ${step}`;
  if (outOfMemory === true || NO_MEMORY.test(stderr)) {
    return {
      code: 'TERRAFORM_OUT_OF_MEMORY',
      class: FailureClass.transient,
      message: `${command} ran out of memory. Give the agent more, or raise BERTH_RUN_MEMORY_MB where that limits it: a run with the AWS provider needs 1 GB.`,
    };
  }
  if (signal === 'SIGKILL' || exitCode === KILLED_EXIT_CODE) {
    return {
      code: 'TERRAFORM_KILLED',
      class: FailureClass.transient,
      message: `${command} was killed. Most often the agent ran out of memory: give it 1 GB per concurrent run.`,
    };
  }
  if (/^panic: |TERRAFORM CRASH|^fatal error: /m.test(stderr)) {
    const panic = /^(panic|fatal error): .*$/m.exec(stderr)?.[0] ?? '';
    return {
      code: 'TERRAFORM_CRASHED',
      class: FailureClass.transient,
      message: message(`${command} crashed. ${panic}`, 'Another version may not have this fault.'),
    };
  }
  if (/no space left on device/i.test(stderr)) {
    return {
      code: 'TERRAFORM_DISK_FULL',
      class: FailureClass.transient,
      message: `${command} failed: the disk of the agent is full. The task is tried again elsewhere.`,
    };
  }
  const end = signal === null ? `with exit code ${exitCode ?? 'unknown'}` : `on ${signal}`;
  return {
    code: 'TERRAFORM_FAILED',
    class: FailureClass.transient,
    message: message(`${command} ended ${end} and gave no reason.`, normalise(stderr).slice(-500)),
  };
}

function describe(error: Diagnostic): string {
  const summary = normalise(error.summary);
  const detail = normalise(safeDetail(error));
  const place = error.range ? ` (${error.range.filename} line ${error.range.start.line})` : '';
  return `${summary}${place}${detail === '' ? '' : `: ${detail}`}`;
}

function message(said: string, advice: string): string {
  const room = MAX_MESSAGE_BYTES - Buffer.byteLength(advice) - 1;
  const short = cut(said, room);
  if (advice === '') {
    return short;
  }
  return `${/[.!?…]$/.test(short) ? short : `${short}.`} ${advice}`;
}

function cut(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) < maxBytes) {
    return text;
  }
  // The end of the last whole character: a cut inside one decodes to U+FFFD.
  const kept = Buffer.from(text)
    .subarray(0, maxBytes - 4)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
  return `${kept}…`;
}

function normalise(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
