import type { Failure } from './failure.js';
import { withoutForecast } from './what-follows.js';

/**
 * Codes of terraform's that say the same each time and may still go away by themselves, with what mends them. However
 * often one of them repeats itself, it is no sign that the configuration is wrong.
 */
const MENDED_BY_THE_WORLD: Readonly<Record<string, string>> = {
  TERRAFORM_STATE_LOCKED: 'whoever holds the lock gives it back',
  TERRAFORM_STATE_UNAVAILABLE: 'the api, or another host with a state, answers again',
  TERRAFORM_REGISTRY_UNAVAILABLE: 'the registry answers again',
  TERRAFORM_PROVIDER_DOWNLOAD_FAILED: 'the host of the packages answers again',
  TERRAFORM_MODULE_DOWNLOAD_FAILED: 'the host of the modules answers again',
  TERRAFORM_REMOTE_UNAVAILABLE: 'the service behind the provider answers again',
  TERRAFORM_PROVIDER_BUSY: 'the other init has written the provider',
  TERRAFORM_DISK_FULL: 'the disk has room again, or another agent has',
  TERRAFORM_DISK_FAILED: 'another agent has a sound disk',
  TERRAFORM_OUT_OF_MEMORY: 'other runs end and give their memory back',
  TERRAFORM_KILLED: 'other runs end and give their memory back',
  TERRAFORM_NOT_STARTED: 'other runs end and give their processes back',
  TERRAFORM_UNKILLABLE: 'the kernel lets the process go, or another agent takes the task',
  TERRAFORM_SHOW_FAILED: 'the agent reads the plan another time: it is no diagnostic',
};

/** A provider that does not start says it in other words each time, and names the folder and the process. */
const START_FAILED = 'TERRAFORM_PROVIDER_START_FAILED';
/** Of the kernel, which has no memory for another process now. */
const NO_MEMORY = /cannot allocate memory|out of memory|resource temporarily unavailable/i;

/** What differs from one time to the next where a failure is the same. In this order: an id may hold a number. */
const DIFFERS: readonly RegExp[] = [
  // Points in time, and days.
  /\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?(?: ?(?:Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d))*/g,
  /\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b/g,
  // Ids: with dashes, in hex, and as clouds give them to requests.
  /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi,
  /\b(?:0x)?(?=[a-f]*\d)[0-9a-f]{7,}\b/gi,
  /\b(?=[A-Za-z]*\d)[A-Za-z0-9]{12,}\b/g,
  // Folders that are made anew each time.
  /(?:\/private)?(?:\/var)?\/tmp\/[^\s"':,;)]+/g,
  // Durations, ports, process ids.
  /\b\d+(?:\.\d+)?(?:ns|µs|us|ms|s|m|h| ?(?:milli)?seconds?| minutes?| hours?)(?=[^\w]|\d|$)/g,
  /(?<=[\w\])]):\d{2,5}\b/g,
  /\b\d{4,}\b/g,
];

/** Whether this failure, told twice in a row in the same words, would be told so for ever. */
export function countsWhenRepeated(failure: Failure): boolean {
  return (
    failure.class === 'transient' &&
    failure.code.startsWith('TERRAFORM_') &&
    !(failure.code in MENDED_BY_THE_WORLD) &&
    !(failure.code === START_FAILED && NO_MEMORY.test(failure.message))
  );
}

/** Whether a person reads the same in both, times and ids aside; of a provider that does not start, that it does not. */
export function isSameFailure(
  one: Pick<Failure, 'code' | 'message'>,
  other: Pick<Failure, 'code' | 'message'>,
): boolean {
  const isSameCode = one.code === other.code;
  return isSameCode && (one.code === START_FAILED || alike(one.message) === alike(other.message));
}

function alike(message: string): string {
  return DIFFERS.reduce((text, pattern) => text.replace(pattern, '#'), withoutForecast(message))
    .replace(/\s+/g, ' ')
    .trim();
}
