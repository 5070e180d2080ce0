import { randomUUID } from 'node:crypto';
import {
  agentQueue,
  assertQueue,
  assertTopology,
  messageKeyOf,
  signatureHeaders,
  type BrokerLogin,
  type SessionKey,
} from '@berth/messaging';
import { MESSAGES, type MessageOf, type MessageType } from '@berth/contracts';
import { connect, type Channel, type ChannelModel, type ConsumeMessage, type Options } from 'amqplib';
import { ApiCaller, type Answer } from './api-caller.js';
import { secretOf } from './speakers.js';

interface Session {
  readonly sessionId: string;
  readonly token: string;
  readonly broker: BrokerLogin | null;
}

export interface BareAgentOptions {
  readonly apiUrl: string;
  readonly amqpUrl: string;
  readonly agentToken: string;
  readonly agentId: string;
  /** Of the id's own agent, where that is another process. */
  readonly agentSecret?: string;
  readonly slots: number;
  /** What it calls the api with; as a user does by default. */
  readonly callsBy?: typeof ApiCaller;
}

/** An agent's side of the protocol and nothing else: it runs nothing, and the test decides what it says. */
export class BareAgent {
  private beating: NodeJS.Timeout | undefined;

  private constructor(
    readonly agentId: string,
    private readonly agentSecret: string,
    readonly podName: string,
    private readonly session: Session,
    private readonly api: ApiCaller,
    private readonly connection: ChannelModel,
    readonly channel: Channel,
  ) {}

  /** Opens a session and a queue; not registered yet. */
  static async connect(options: BareAgentOptions): Promise<BareAgent> {
    const { agentId, slots, agentSecret = secretOf(options.agentId) } = options;
    const podName = `pod-of-${agentId}`;
    const pool = new ApiCaller(options.apiUrl, options.agentToken);
    const session = await pool.expect<Session>('POST', '/agent/v1/sessions', {
      agentId,
      agentSecret,
      podName,
      slots,
      concurrency: slots,
      version: 'test',
    });
    const connection = await connect(as(options.amqpUrl, session.broker), { noDelay: true });
    const channel = await connection.createChannel();
    if (session.broker === null) {
      await assertTopology(channel);
    }
    const api = new (options.callsBy ?? ApiCaller)(options.apiUrl, session.token);
    return new BareAgent(agentId, agentSecret, podName, session, api, connection, channel);
  }

  get sessionId(): string {
    return this.session.sessionId;
  }

  /** As whom it is on the broker; null: as the address says. */
  get login(): BrokerLogin | null {
    return this.session.broker;
  }

  /** Opens the agents' side of the api. */
  get token(): string {
    return this.api.key;
  }

  /** The api has made it where agents have users of their own. */
  async openQueue(): Promise<void> {
    if (this.login !== null) {
      return;
    }
    await assertQueue(this.channel, agentQueue(this.agentId));
  }

  /** Calls `take` in the very moment in which an assignment arrives, and `stop` in that of a wish to stop. */
  async consume(
    take: (message: MessageOf<'task.assigned'>) => void,
    stop: (message: MessageOf<'task.stop'>) => void = () => undefined,
  ): Promise<void> {
    await this.channel.consume(agentQueue(this.agentId).name, (delivery: ConsumeMessage | null) => {
      if (delivery === null) {
        return;
      }
      // Its queue is also probed with messages that say nothing.
      const type: unknown = delivery.properties.type;
      const said = (): unknown => JSON.parse(delivery.content.toString('utf8'));
      if (type === 'task.assigned') {
        take(MESSAGES[type].schema.parse(said()));
      } else if (type === 'task.stop') {
        stop(MESSAGES[type].schema.parse(said()));
      }
      this.channel.ack(delivery);
    });
  }

  /** Registers and waits for the registry's answer. */
  async register(slots: number): Promise<void> {
    const replyTo = 'amq.rabbitmq.reply-to';
    let heard: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const consuming = await this.channel.consume(
      replyTo,
      () => {
        heard();
      },
      { noAck: true },
    );
    this.say(
      'agent.register',
      {
        agentId: this.agentId,
        podName: this.podName,
        sessionId: this.sessionId,
        slots,
        concurrency: slots,
        version: 'test',
        held: [],
        applying: [],
        notBegun: [],
        reported: [],
      },
      { replyTo },
    );
    await answered;
    await this.channel.cancel(consuming.consumerTag);
  }

  /** Says that it is alive and has nothing. */
  beat(): void {
    this.say('agent.heartbeat', {
      agentId: this.agentId,
      podName: this.podName,
      sessionId: this.sessionId,
      draining: false,
      tasks: [],
      reported: [],
    });
  }

  /** Says it every second from now on, so that a slow machine does not make it suspect. */
  keepBeating(everyMs = 1_000): void {
    this.beating = setInterval(() => {
      this.beat();
    }, everyMs);
  }

  async accept(message: MessageOf<'task.assigned'>): Promise<Answer> {
    const { attempt, slotId, phase } = message;
    return this.api.call('POST', `/agent/v1/tasks/${message.taskId}/accept`, { attempt, slotId, phase });
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer> {
    return this.api.call(method, path, body, headers);
  }

  say<T extends MessageType>(type: T, payload: MessageOf<T>, options: { replyTo?: string } = {}): void {
    this.sayBytes(type, Buffer.from(JSON.stringify(payload)), { ...options, correlationId: randomUUID() });
  }

  /** Says what may be no message at all, signed as this session signs. */
  sayBytes(routingKey: string, content: Buffer, options: Options.Publish = {}): void {
    const messageId = randomUUID();
    const type = options.type ?? routingKey;
    const headers: unknown = options.headers;
    this.channel.publish('berth.reports', routingKey, content, {
      messageId,
      ...(this.login === null ? {} : { userId: this.login.username }),
      ...options,
      type,
      headers: {
        ...(headers as object | undefined),
        ...signatureHeaders(this.key, { type, messageId, content }),
      },
    });
  }

  get key(): SessionKey {
    const { sessionId } = this;
    return { sessionId, key: messageKeyOf(this.agentSecret, sessionId) };
  }

  /** Ends the task, so that its slot is free again. */
  fail(
    message: MessageOf<'task.assigned'>,
    code: string,
    failureClass: 'transient' | 'permanent' = 'permanent',
  ): void {
    this.say('task.failed', {
      taskId: message.taskId,
      attempt: message.attempt,
      agentId: this.agentId,
      podName: this.podName,
      phase: message.phase,
      failure: { code, class: failureClass, message: 'the test says so' },
      interrupted: false,
      stopped: false,
      stateInDoubt: false,
      record: {},
    });
  }

  /** Settles when the broker has ended the connection. */
  async ended(): Promise<void> {
    this.connection.on('error', () => undefined);
    await new Promise((resolve) => this.connection.once('close', resolve));
  }

  async close(): Promise<void> {
    clearInterval(this.beating);
    await this.connection.close();
  }
}

function as(amqpUrl: string, login: BrokerLogin | null): string {
  const url = new URL(amqpUrl);
  if (login !== null) {
    url.username = encodeURIComponent(login.username);
    url.password = encodeURIComponent(login.password);
  }
  return url.href;
}
