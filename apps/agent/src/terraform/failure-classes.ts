import { FailureClass, type Failure } from '@berth/domain';
import { Mask } from '@berth/masking';
import { isJudgement } from './configuration-rules.js';
import { fits, normalise, type FailureRule } from './failure-rule.js';
import { FAILURE_RULES } from './failure-rules.js';
import { safeDetail, shownName } from './render-diagnostic.js';
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
  /** For the message, before it is cut: the end of a value would not be found any more. */
  readonly mask?: Mask;
}

/** Longer messages would not fit where tasks are listed; the log has the whole. */
const MAX_MESSAGE_BYTES = 2_000;
const KILLED_EXIT_CODE = 137;
/** Of Go's runtime, which ends when it is given no more. */
const NO_MEMORY = /^fatal error: .*(out of memory|cannot allocate memory)/m;
/** Init says this first, and then what is wrong. */
const PREAMBLE = /^Terraform encountered problems during initiali[sz]ation/;
/** Where terraform places an answer that a provider gave for the whole of it; a fault inside has its own line. */
const BLOCK_HEAD = /^\s*(resource|data|ephemeral|provider)\b/;

const MORE_MEMORY =
  'Give the agent more, or raise BERTH_RUN_MEMORY_MB where that limits it: a run with the AWS provider needs 1 GB.';
/** What the kernel's word about memory explains better than the provider's. */
const OF_PROVIDERS: readonly string[] = ['TERRAFORM_PROVIDER_START_FAILED', 'TERRAFORM_PROVIDER_CRASHED'];
const NOT_AGAIN = 'The apply had begun, so it is not repeated: look at what was changed, and plan again.';

/** A failure before it is told: in terraform's words, and in ours. */
interface Recognised {
  readonly code: string;
  readonly class: FailureClass;
  readonly said: string;
  readonly advice: string;
}

/**
 * Gives a failure its code and class. What nobody knows is transient, because a limited retry is cheap; but from
 * the first change of an apply on nothing is repeated by the machine. Whether a transient one is tried again is not
 * known here, and not said.
 */
export function classifyFailure(run: FailedRun): Failure {
  const begun = run.step === 'apply' && (run.applyStarted ?? true);
  const { code, class: failureClass, said: words, advice } = recognise(run, begun);
  const said = (run.mask ?? Mask.none).text(words);
  if (failureClass === FailureClass.permanent) {
    return { code, class: failureClass, message: message(said, advice) };
  }
  return begun
    ? { code, class: FailureClass.permanent, message: message(said, `${advice} ${NOT_AGAIN}`.trim()) }
    : { code, class: failureClass, message: message(said, advice) };
}

function recognise(run: FailedRun, begun: boolean): Recognised {
  const all = run.diagnostics.filter(({ severity }) => severity === 'error');
  const errors = all.length > 1 ? all.filter(({ summary }) => !PREAMBLE.test(summary)) : all;
  for (const rule of FAILURE_RULES) {
    const error = errors.find((candidate) => fits(rule, candidate));
    if (error) {
      const { code } = rule;
      const said = describe(error);
      return run.outOfMemory === true && !begun && OF_PROVIDERS.includes(code)
        ? { code: 'TERRAFORM_OUT_OF_MEMORY', class: rule.class, said, advice: MORE_MEMORY }
        : { code, class: rule.class, said, advice: adviceOf(rule, error) };
    }
  }
  const [first] = errors;
  if (first) {
    const ofConfiguration = isOfConfiguration(first, begun) || isJudgement(first);
    return {
      code: ofConfiguration ? 'TERRAFORM_CONFIGURATION_INVALID' : 'TERRAFORM_FAILED',
      class: ofConfiguration || first.address ? FailureClass.permanent : FailureClass.transient,
      said: describe(first),
      advice: errors.length > 1 ? `The log shows ${errors.length - 1} more.` : '',
    };
  }
  return withoutDiagnostic(run);
}

/** With a place it is, unless a provider gave it: then terraform adds the address, and the place of the block. */
function isOfConfiguration({ range, address, snippet }: Diagnostic, begun: boolean): boolean {
  if (range === null || range === undefined) {
    return false;
  }
  return !address || !(begun || BLOCK_HEAD.test(snippet?.code ?? ''));
}

function adviceOf({ advice }: FailureRule, error: Diagnostic): string {
  return typeof advice === 'string' ? advice : advice(error);
}

function withoutDiagnostic({ step, exitCode, signal, stderr, outOfMemory, mask }: FailedRun): Recognised {
  const command = `terraform ${step}`;
  const transient = { class: FailureClass.transient };
  if (outOfMemory === true || NO_MEMORY.test(stderr)) {
    const said = `${command} ran out of memory.`;
    return { ...transient, code: 'TERRAFORM_OUT_OF_MEMORY', said, advice: MORE_MEMORY };
  }
  if (signal === 'SIGKILL' || exitCode === KILLED_EXIT_CODE) {
    const advice = 'Most often the agent ran out of memory: give it 1 GB per concurrent run.';
    return { ...transient, code: 'TERRAFORM_KILLED', said: `${command} was killed.`, advice };
  }
  if (/^panic: |TERRAFORM CRASH|^fatal error: /m.test(stderr)) {
    const panic = /^(panic|fatal error): .*$/m.exec(stderr)?.[0] ?? '';
    const said = `${command} crashed. ${panic}`;
    return {
      ...transient,
      code: 'TERRAFORM_CRASHED',
      said,
      advice: 'Another version may not have this fault.',
    };
  }
  if (/no space left on device/i.test(stderr)) {
    const said = `${command} failed: the disk of the agent is full.`;
    return { ...transient, code: 'TERRAFORM_DISK_FULL', said, advice: '' };
  }
  const end = signal === null ? `with exit code ${exitCode ?? 'unknown'}` : `on ${signal}`;
  const said =
    `${command} ended ${end} and gave no reason. ${normalise((mask ?? Mask.none).text(stderr)).slice(-500)}`.trim();
  return { ...transient, code: signal === null ? 'TERRAFORM_FAILED' : 'TERRAFORM_KILLED', said, advice: '' };
}

function describe(error: Diagnostic): string {
  const summary = normalise(error.summary);
  const detail = normalise(safeDetail(error));
  const place = error.range ? ` (${shownName(error.range.filename)} line ${error.range.start.line})` : '';
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
