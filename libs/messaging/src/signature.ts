import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ReadableMessage } from './parse-message.js';

/** A session of an agent, and the key that is known to it and to the services alone. */
export interface SessionKey {
  readonly sessionId: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

/** A delivery, or a dead letter. */
type SignedMessage = ReadableMessage & { readonly properties: { readonly messageId?: unknown } };

/** What is signed beside the session. */
export interface SignedParts {
  readonly type: string;
  readonly messageId: string;
  readonly content: Buffer;
}

const SESSION = 'x-berth-session';
const SIGNATURE = 'x-berth-signature';

/**
 * The key of a session's messages, in both directions. The agent makes it again from the secret on its disk, also for what
 * was sent to a session before this one; the services find it with the session.
 */
export function messageKeyOf(agentSecret: string, sessionId: string): Buffer {
  return createHmac('sha256', agentSecret).update(`berth messages of session ${sessionId}`).digest();
}

/** The headers that prove who speaks, or that a message to an agent comes from the services. */
export function signatureHeaders(by: SessionKey, parts: SignedParts): Record<string, string> {
  return { [SESSION]: by.sessionId, [SIGNATURE]: signature(by, parts).toString('base64url') };
}

/** Whose session a delivery says that it belongs to, null where it says nothing. */
export function sessionNamed(message: ReadableMessage): string | null {
  const named: unknown = message.properties.headers?.[SESSION];
  return typeof named === 'string' && /^[0-9a-f-]{36}$/.test(named) ? named : null;
}

/** Whether the delivery, as it is, was signed with the session's key. */
export function isSignedBy(by: SessionKey, message: SignedMessage): boolean {
  const { type, messageId, headers } = message.properties;
  const said: unknown = headers?.[SIGNATURE];
  if (typeof said !== 'string' || typeof type !== 'string' || typeof messageId !== 'string') {
    return false;
  }
  const given = Buffer.from(said, 'base64url');
  const right = signature(by, { type, messageId, content: message.content });
  return given.length === right.length && timingSafeEqual(given, right);
}

/** A type and an id have no line break in them: no two messages are the same text. */
function signature({ sessionId, key }: SessionKey, { type, messageId, content }: SignedParts): Buffer {
  return createHmac('sha256', key).update(`${type}\n${sessionId}\n${messageId}\n`).update(content).digest();
}
