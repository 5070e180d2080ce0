import type { ServiceName } from '@berth/contracts';
import type { ConsumeMessage } from 'amqplib';

/** Who could not handle a delivery, and why. */
export interface Burial {
  readonly service: ServiceName;
  readonly queue: string;
  readonly reason: string;
}

/** A message that nobody could handle, as the database keeps it. */
export interface DeadLetter {
  /** With its bytes it tells a letter that was delivered twice; null where the sender gave none. */
  readonly messageId: string | null;
  /** The queue in which it could not be handled. */
  readonly source: string;
  readonly messageType: string | null;
  /** The one that it was published with; null where nobody knows it. */
  readonly routingKey: string | null;
  readonly reason: string;
  readonly content: Buffer;
  /** Of the whole message, of which `content` may be the beginning. */
  readonly sizeBytes: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly firstAt: Date;
}

const REASON = 'x-berth-reason';
const SERVICE = 'x-berth-service';
const QUEUE = 'x-berth-queue';
const ROUTING_KEY = 'x-berth-routing-key';

/** All headers travel in one frame, so a long error is cut. */
const REASON_LENGTH = 2_000;
const CONTENT_BYTES = 1_048_576;

export function headersOfDeadLetter(message: ConsumeMessage, burial: Burial): Record<string, unknown> {
  return {
    ...message.properties.headers,
    [REASON]: burial.reason.slice(0, REASON_LENGTH),
    [SERVICE]: burial.service,
    [QUEUE]: burial.queue,
    [ROUTING_KEY]: message.fields.routingKey,
  };
}

/**
 * Whether the message's time was over before anybody took it: a heartbeat while the registry was away, a request whose
 * sender waits no longer. It was refused by nobody, and says nothing any more.
 */
export function hasExpired(message: ConsumeMessage): boolean {
  const headers: Record<string, unknown> = message.properties.headers ?? {};
  return headers[REASON] === undefined && lastDeathOf(headers)['reason'] === 'expired';
}

/** Reads what came out of the dead letters' queue, whoever put it there: a service with its reason, or the broker. */
export function deadLetterOf(message: ConsumeMessage, now: Date): DeadLetter {
  const { content, properties } = message;
  const headers: Record<string, unknown> = properties.headers ?? {};
  const death = headers[REASON] === undefined ? lastDeathOf(headers) : {};
  const reason = textOf(headers[REASON]) ?? reasonOf(death);
  const cut = content.length > CONTENT_BYTES;
  return {
    messageId: textOf(properties.messageId),
    source: textOf(headers[QUEUE]) ?? textOf(death['queue']) ?? 'unknown',
    messageType: textOf(properties.type),
    routingKey: textOf(headers[ROUTING_KEY]) ?? textOf((death['routing-keys'] as unknown[] | undefined)?.[0]),
    reason: cut ? `${reason} (its first ${CONTENT_BYTES} of ${content.length} bytes are kept)` : reason,
    content: content.subarray(0, CONTENT_BYTES),
    sizeBytes: content.length,
    headers,
    firstAt: timeOf(death['time']) ?? timeOf({ value: properties.timestamp as unknown }) ?? now,
  };
}

/** What the broker notes of a dead message; the newest entry comes first. */
function lastDeathOf(headers: Record<string, unknown>): Record<string, unknown> {
  const deaths: unknown = headers['x-death'];
  const last: unknown = Array.isArray(deaths) ? deaths[0] : undefined;
  return typeof last === 'object' && last !== null ? { ...last } : {};
}

function reasonOf(death: Record<string, unknown>): string {
  const [reason, queue] = [textOf(death['reason']), textOf(death['queue'])];
  return reason === null || queue === null
    ? 'it was sent to the dead letters, without a reason'
    : `the broker took it out of ${queue}: ${reason}`;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** amqplib gives a timestamp of a header as `{ '!': 'timestamp', value: seconds }`. */
function timeOf(stamp: unknown): Date | null {
  const seconds = typeof stamp === 'object' && stamp !== null && 'value' in stamp ? stamp.value : undefined;
  const time = new Date(typeof seconds === 'number' ? seconds * 1_000 : Number.NaN);
  return Number.isNaN(time.getTime()) ? null : time;
}
