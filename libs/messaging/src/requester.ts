import { randomUUID } from 'node:crypto';
import { MESSAGES, type MessageOf, type MessageType } from '@berth/contracts';
import type { Logger } from '@berth/observability';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { BrokerConnection } from './broker-connection.js';
import type { ChannelFactory } from './kept-channel.js';
import { signatureHeaders, type SessionKey } from './signature.js';
import { EXCHANGES } from './topology.js';

/** The other side did not answer. Transient. */
export class NoAnswer extends Error {
  readonly failureClass = 'transient';

  constructor(type: string, reason: string) {
    super(`no answer to ${type}: ${reason}`);
    this.name = 'NoAnswer';
  }
}

/** RabbitMQ's own pseudo-queue for answers: nothing to declare, nothing left behind. */
const REPLY_TO = 'amq.rabbitmq.reply-to';

/** Of so many requests in a row that nobody answered, one is a reason to look at the broker. */
const ASKED_PER_DOUBT = 10;

/** Asks another service over the broker and waits a bounded time for its answer. */
export class Requester {
  private readonly waiting = new Map<string, (message: ConsumeMessage | Error) => void>();
  private channel: Channel | undefined;
  private unansweredInARow = 0;

  constructor(
    private readonly connection: BrokerConnection,
    private readonly logger: Logger,
    /** The session that signs what is asked. */
    private readonly speaker: () => SessionKey | undefined,
  ) {
    connection.keepChannel(async (model) => this.openChannel(model));
  }

  /** The answer's JSON, for the caller to parse. @throws NoAnswer */
  async ask<T extends MessageType>(type: T, payload: MessageOf<T>, deadlineMs: number): Promise<unknown> {
    const { channel } = this;
    if (channel === undefined) {
      throw new NoAnswer(type, 'not connected to the broker');
    }
    const correlationId = randomUUID();
    const definition = MESSAGES[type];
    const content = Buffer.from(JSON.stringify(payload));
    const speaker = this.speaker();
    const signature =
      speaker === undefined ? {} : signatureHeaders(speaker, { type, messageId: correlationId, content });
    const answer = await new Promise<ConsumeMessage | Error>((resolve) => {
      const timer = setTimeout(() => {
        this.doubtSilence(type, deadlineMs);
        this.waiting.get(correlationId)?.(new NoAnswer(type, `nothing within ${deadlineMs} ms`));
      }, deadlineMs);
      this.waiting.set(correlationId, (message) => {
        clearTimeout(timer);
        this.waiting.delete(correlationId);
        resolve(message);
      });
      try {
        channel.publish(EXCHANGES[definition.exchange], type, content, {
          type,
          correlationId,
          replyTo: REPLY_TO,
          messageId: correlationId,
          contentType: 'application/json',
          headers: { version: definition.version, ...signature },
          userId: this.connection.username,
          expiration: deadlineMs,
          mandatory: true,
        });
      } catch (error) {
        this.waiting.get(correlationId)?.(new NoAnswer(type, String(error)));
      }
    });
    if (answer instanceof Error) {
      throw answer;
    }
    this.unansweredInARow = 0;
    const headers = answer.properties.headers ?? {};
    if (typeof headers['error'] === 'string') {
      throw new NoAnswer(type, headers['error']);
    }
    return JSON.parse(answer.content.toString('utf8')) as unknown;
  }

  /**
   * The request, or its answer, may have found no way. Where the other side is away for longer, every agent asks again
   * and again, and only some of that is worth declaring everything.
   */
  private doubtSilence(type: string, deadlineMs: number): void {
    if (this.unansweredInARow % ASKED_PER_DOUBT === 0) {
      this.connection.doubt(`nobody answered ${type} within ${deadlineMs / 1_000} s`);
    }
    this.unansweredInARow += 1;
  }

  private async openChannel(model: ChannelFactory): Promise<void> {
    const channel = await model.createChannel();
    channel.on('error', (error: Error) => {
      this.logger.warn(`requester's channel: ${error.message}`);
      // An exchange is gone, and with it the bindings of every queue.
      this.connection.doubt(`the requester's channel was closed: ${error.message}`);
    });
    channel.on('close', () => {
      if (this.channel === channel) {
        this.channel = undefined;
      }
      for (const settle of [...this.waiting.values()]) {
        settle(new NoAnswer('a request', 'the connection was lost'));
      }
    });
    channel.on('return', (message) => {
      this.connection.doubt(
        `a message to ${message.fields.exchange} for ${message.fields.routingKey} came back`,
      );
      this.waiting.get(String(message.properties.correlationId))?.(
        new NoAnswer(String(message.properties.type), 'nobody serves it yet'),
      );
    });
    await channel.consume(
      REPLY_TO,
      (message) => {
        if (message !== null) {
          this.waiting.get(String(message.properties.correlationId))?.(message);
        }
      },
      { noAck: true },
    );
    this.channel = channel;
  }
}
