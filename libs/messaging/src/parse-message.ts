import { MESSAGES, MESSAGE_TYPES, storable, type MessageType } from '@berth/contracts';
import { PermanentMessageError } from './permanent-message-error.js';

/** What is read of a delivery, or of a dead letter. */
export interface ReadableMessage {
  readonly content: Buffer;
  readonly properties: { readonly type?: unknown; readonly headers?: Record<string, unknown> | undefined };
}

/** The message's type and checked payload, in characters that can be stored. @throws PermanentMessageError where nobody could read it */
export function parseMessage(message: ReadableMessage): { type: MessageType; payload: unknown } {
  const named: unknown = message.properties.type;
  const type = MESSAGE_TYPES.find((one) => one === named);
  if (type === undefined) {
    throw new PermanentMessageError(`unknown message type ${String(named)}`);
  }
  const definition = MESSAGES[type];
  const version: unknown = message.properties.headers?.['version'] ?? definition.version;
  if (version !== definition.version) {
    throw new PermanentMessageError(`version ${String(version)} of ${type} is not spoken here`);
  }
  const result = definition.schema.safeParse(storable(jsonOf(message)));
  if (!result.success) {
    const faults = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new PermanentMessageError(`malformed ${type}: ${faults.join('; ')}`);
  }
  return { type, payload: result.data };
}

function jsonOf(message: ReadableMessage): unknown {
  try {
    return JSON.parse(message.content.toString('utf8'));
  } catch (error) {
    throw new PermanentMessageError('the body is not JSON', { cause: error });
  }
}
