import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** The one type, as a resource and as a data source. */
export const ATTRIBUTES = [
  { name: 'delay_seconds', type: 'number', optional: true },
  { name: 'fail', type: 'string', optional: true },
  { name: 'found', type: 'string', computed: true },
  { name: 'id', type: 'string', computed: true },
  { name: 'input', type: 'string', optional: true },
  { name: 'once', type: 'string', optional: true, writeOnly: true },
  { name: 'secret', type: 'string', optional: true, sensitive: true },
];

/** Of the provider itself: it says which world a configuration means, and changes nothing. */
export const SETTINGS = [{ name: 'region', type: 'string', optional: true }];

const ALLOCATED_AT_MOST_MB = 512;

const FAILURES = {
  crash: () => process.kill(process.pid, 'SIGKILL'),
  error: ({ input }) => ({ summary: 'The thing was refused', detail: input ?? 'It was asked to be.' }),
  oom: () => {
    const taken = [];
    for (let megabytes = 0; megabytes < ALLOCATED_AT_MOST_MB; megabytes += 1) {
      // Filled, because memory that nothing was written to is not there yet.
      taken.push(Buffer.alloc(1024 * 1024, 1));
    }
    const detail = `${taken.length} MB were to be had: the test has to limit its memory.`;
    return { summary: 'There is too much memory', detail };
  },
};

export function faultsOf({ fail }) {
  // What is not known yet is no text.
  if (typeof fail !== 'string' || Object.hasOwn(FAILURES, fail)) {
    return [];
  }
  const detail = `It is one of ${Object.keys(FAILURES).join(', ')}, and not ${JSON.stringify(fail)}.`;
  return [{ summary: 'Invalid value for fail', detail, attribute: 'fail' }];
}

const stopping = new globalThis.AbortController();

/** Terraform asks all that runs to end, when it is interrupted. */
export function stop() {
  stopping.abort();
}

/** Makes, changes or removes a thing. Gives what there is of it afterwards, and what went wrong. */
export async function make(wanted, prior) {
  const { fail, delay_seconds: delay } = wanted ?? prior;
  await pause((delay ?? 0) * 1_000, undefined, { signal: stopping.signal }).catch(() => undefined);
  if (stopping.signal.aborted) {
    // A thing that was begun is there, as a half-made one of a cloud is: terraform notes it as tainted.
    const value = prior ?? identified(wanted);
    return { value, errors: [{ summary: 'The thing was interrupted', detail: 'Terraform asked to stop.' }] };
  }
  const error = wanted === null ? undefined : FAILURES[fail]?.(wanted);
  if (error) {
    return { value: prior, errors: [error] };
  }
  return { value: wanted === null ? null : identified(wanted), errors: [] };
}

/** A thing as the world has it by now: what was recorded, with what the file says of its id. */
export function found(recorded, worldFile) {
  if (recorded === null || worldFile === undefined) {
    return recorded;
  }
  return { ...recorded, ...JSON.parse(readFileSync(worldFile, 'utf8'))[recorded.id] };
}

function identified(wanted) {
  return { ...wanted, id: typeof wanted.id === 'string' ? wanted.id : randomUUID() };
}
