import type { MessageType } from '@berth/contracts';
import {
  fieldsIn,
  inSpan,
  isTraced,
  TRACEPARENT,
  withLogFields,
  withTraceparent,
} from '@berth/observability';

/** Told so often that a span of each would hide the others; they belong to their trace all the same. */
const WITHOUT_SPANS: readonly string[] = [
  'task.progressed',
  'task.observed',
  'agent.register',
  'agent.heartbeat',
] satisfies MessageType[];

/** Sends a message as a part of the present trace, where there is one. */
export async function publishing<T>(type: string, work: () => Promise<T>): Promise<T> {
  return isTraced() && !WITHOUT_SPANS.includes(type)
    ? inSpan(`publish ${type}`, { kind: 'producer', attributes: attributesOf(type) }, work)
    : work();
}

/** Handles a message as a part of the sender's trace, where there is one. */
export async function processing<T>(type: string, work: () => Promise<T>): Promise<T> {
  return isTraced() && !WITHOUT_SPANS.includes(type)
    ? inSpan(`process ${type}`, { kind: 'consumer', attributes: attributesOf(type) }, work)
    : work();
}

/** What is done and logged belongs to what the message is about, and to the trace of who sent it. */
export async function about(
  { headers, payload }: { readonly headers: unknown; readonly payload: unknown },
  work: () => Promise<void>,
): Promise<void> {
  const traceparent = (headers as Readonly<Record<string, unknown>> | undefined)?.[TRACEPARENT];
  await withLogFields(fieldsIn(payload), async () => withTraceparent(traceparent, work));
}

function attributesOf(type: string): Record<string, string> {
  return { 'messaging.system': 'rabbitmq', 'berth.message.type': type };
}
