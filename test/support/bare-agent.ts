import { randomUUID } from 'node:crypto';
import { agentQueue, assertQueue, assertTopology } from '@berth/messaging';
import { MESSAGES, type MessageOf, type MessageType } from '@berth/contracts';
import { connect, type Channel, type ChannelModel, type ConsumeMessage } from 'amqplib';
import { ApiCaller, type Answer } from './api-caller.js';

export interface BareAgentOptions {
  readonly apiUrl: string;
  readonly amqpUrl: string;
  readonly agentToken: string;
  readonly agentId: string;
  readonly slots: number;
}

/** An agent's side of the protocol and nothing else: it runs nothing, and the test decides what it says. */
export class BareAgent {
  private beating: NodeJS.Timeout | undefined;

  private constructor(
    readonly agentId: string,
    readonly podName: string,
    readonly sessionId: string,
    private readonly api: ApiCaller,
    private readonly connection: ChannelModel,
    readonly channel: Channel,
  ) {}

  /** Opens a session and a queue; not registered yet. */
  static async connect(options: BareAgentOptions): Promise<BareAgent> {
    const { agentId, slots } = options;
    const podName = `pod-of-${agentId}`;
    const pool = new ApiCaller(options.apiUrl, options.agentToken);
    const session = await pool.expect<{ sessionId: string; token: string }>('POST', '/agent/v1/sessions', {
      agentId,
      podName,
      slots,
      concurrency: slots,
      version: 'test',
    });
    const connection = await connect(options.amqpUrl);
    const channel = await connection.createChannel();
    await assertTopology(channel);
    const api = new ApiCaller(options.apiUrl, session.token);
    return new BareAgent(agentId, podName, session.sessionId, api, connection, channel);
  }

  /** Opens the agents' side of the api. */
  get token(): string {
    return this.api.key;
  }

  async openQueue(): Promise<void> {
    await assertQueue(this.channel, agentQueue(this.agentId));
  }

  /** Calls `take` in the very moment in which an assignment arrives. */
  async consume(take: (message: MessageOf<'task.assigned'>) => void): Promise<void> {
    await this.channel.consume(agentQueue(this.agentId).name, (delivery: ConsumeMessage | null) => {
      if (delivery !== null) {
        take(MESSAGES['task.assigned'].schema.parse(JSON.parse(delivery.content.toString('utf8'))));
        this.channel.ack(delivery);
      }
    });
  }

  /** Registers and waits for the registry's answer. */
  async register(slots: number): Promise<void> {
    const queue = await this.channel.assertQueue('', { exclusive: true, autoDelete: true });
    const answered = new Promise<void>((resolve) => {
      void this.channel.consume(
        queue.queue,
        () => {
          resolve();
        },
        { noAck: true },
      );
    });
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
        reported: [],
      },
      { replyTo: queue.queue },
    );
    await answered;
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
  keepBeating(): void {
    this.beating = setInterval(() => {
      this.beat();
    }, 1_000);
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
    this.channel.publish('berth.events', type, Buffer.from(JSON.stringify(payload)), {
      type,
      messageId: randomUUID(),
      correlationId: randomUUID(),
      ...options,
    });
  }

  /** Ends the task, so that its slot is free again. */
  fail(message: MessageOf<'task.assigned'>, code: string): void {
    this.say('task.failed', {
      taskId: message.taskId,
      attempt: message.attempt,
      agentId: this.agentId,
      podName: this.podName,
      phase: message.phase,
      failure: { code, class: 'permanent', message: 'the test says so' },
      interrupted: false,
      stopped: false,
      stateInDoubt: false,
      record: {},
    });
  }

  async close(): Promise<void> {
    clearInterval(this.beating);
    await this.connection.close();
  }
}
