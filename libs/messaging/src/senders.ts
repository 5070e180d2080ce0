import { MESSAGE_TYPES, MESSAGES, type MessageOf, type MessageType } from '@berth/contracts';
import type { ConsumeMessage } from 'amqplib';
import { PermanentMessageError } from './permanent-message-error.js';
import { isSignedBy, sessionNamed, type SessionKey } from './signature.js';

/** Who has sent a message, as its signature proves and, where it gives agents users of their own, the broker vouches. */
export interface Sender {
  readonly agentId: string;
  readonly sessionId: string;
}

/** What an agent has said, or what was said to it, with who speaks. */
export type Said<T extends MessageType> = MessageOf<T> & { readonly by: Sender };

/** A session as those know it who check its messages. */
export interface KnownSession extends SessionKey {
  readonly agentId: string;
  /** The user that the session has on the broker, null where it has none of its own. */
  readonly brokerUser: string | null;
}

/** Finds the session of an id, whether it has ended or not: what it may do is asked where it does it. */
export type FindSession = (sessionId: string) => Promise<KnownSession | null>;

/** Sessions that are remembered; beyond that those are forgotten that were asked for first. */
const REMEMBERED = 20_000;

/** Whether messages of this type go to an agent or come from one. */
export function isSigned(type: MessageType): boolean {
  return MESSAGES[type].exchange === 'reports' || MESSAGES[type].exchange === 'tasks';
}

/** Tells who has sent a message. */
export class Senders {
  /** Promises, so that two messages of one session that both wait for it go on in their order. */
  private readonly known = new Map<string, Promise<KnownSession | null>>();

  /** @param serviceUser of the services, which sends a dead letter again in its sender's name */
  constructor(
    private readonly find: FindSession,
    private readonly serviceUser: () => string,
  ) {}

  /**
   * Null of what the services say to each other, which no agent can write to.
   * @throws PermanentMessageError where nothing proves the sender; what `find` throws
   */
  async senderOf(message: ConsumeMessage): Promise<Sender | null> {
    const type = String(message.properties.type);
    if (!MESSAGE_TYPES.some((one) => one === type && isSigned(one))) {
      return null;
    }
    const sessionId = sessionNamed(message);
    if (sessionId === null) {
      throw new PermanentMessageError(`UNSIGNED: a ${type} that no session has signed`);
    }
    const session = await this.session(sessionId);
    if (session === null || !isSignedBy(session, message)) {
      throw new PermanentMessageError(`UNSIGNED: a ${type} that session ${sessionId} has not signed`);
    }
    // The broker refuses what is published under a name that is not the connection's own.
    const user: unknown = message.properties.userId;
    if (session.brokerUser !== null && user !== session.brokerUser && user !== this.serviceUser()) {
      throw new PermanentMessageError(
        `UNSIGNED: a ${type} that another user than the session's has published`,
      );
    }
    return { agentId: session.agentId, sessionId };
  }

  private async session(sessionId: string): Promise<KnownSession | null> {
    const remembered = this.known.get(sessionId);
    if (remembered !== undefined) {
      return remembered;
    }
    const found = this.find(sessionId);
    this.known.set(sessionId, found);
    const oldest = this.known.keys().next();
    if (this.known.size > REMEMBERED && oldest.done !== true) {
      this.known.delete(oldest.value);
    }
    // What is not there may come, and what could not be read may be read the next time.
    found.then(
      (session) => {
        if (session === null) {
          this.known.delete(sessionId);
        }
      },
      () => this.known.delete(sessionId),
    );
    return found;
  }
}

/**
 * The payload with its sender, which has to be the one that the payload names, where it names one.
 * @throws PermanentMessageError
 */
export function saidBy(sender: Sender | null, payload: unknown): unknown {
  if (sender === null || typeof payload !== 'object' || payload === null) {
    return payload;
  }
  for (const name of ['agentId', 'sessionId'] as const) {
    const said: unknown = Reflect.get(payload, name);
    if (said !== undefined && said !== sender[name]) {
      const whose = typeof said === 'string' ? said : 'that is no text';
      throw new PermanentMessageError(`FORGED: agent ${sender.agentId} speaks for ${name} ${whose}`);
    }
  }
  return { ...payload, by: sender };
}
