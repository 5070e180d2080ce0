import { BrokerConnection, DeadLetterConsumer, type DeadLetter } from '@berth/messaging';
import { fieldsIn, Health, LOGGER, Metrics, withLogFields, type Logger } from '@berth/observability';
import { Database, keepDeadLetter, type DeadMessageNames } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { SCHEDULER_ENV, type SchedulerEnv } from './env.js';

/** Each may be a megabyte, and there is no hurry. */
const PREFETCH = 10;
const DRAIN_MS = 5_000;
const INT4 = 2_147_483_647;

/** Brings dead letters from the broker into the database, where people can look at them. */
@Injectable()
export class DeadLetterKeeper {
  private readonly consumer: DeadLetterConsumer;

  constructor(
    @Inject(SCHEDULER_ENV) env: SchedulerEnv,
    @Inject(Database) private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Health) health: Health,
    @Inject(Metrics) metrics: Metrics,
  ) {
    const connection = new BrokerConnection({
      url: env.AMQP_URL,
      name: 'scheduler dead letters',
      waitMs: env.BERTH_START_WAIT_SECONDS * 1_000,
      logger,
    });
    this.consumer = new DeadLetterConsumer({
      connection,
      prefetch: PREFETCH,
      drainMs: DRAIN_MS,
      logger,
      keep: async (letter) => this.keep(letter),
    });
    metrics.watchBroker('dead_letters', connection);
    health.add('dead letters', async () => this.consumer.check());
  }

  async open(): Promise<void> {
    await this.consumer.open();
  }

  async close(): Promise<void> {
    await this.consumer.close();
  }

  private async keep(letter: DeadLetter): Promise<void> {
    const { source, messageType, reason } = letter;
    const names = namesIn(letter.content);
    await withLogFields(fieldsIn(names), async () => {
      await keepDeadLetter(this.database, letter, names);
      this.logger.warn({ source, messageType }, `a dead letter is kept: ${reason}`);
    });
  }
}

/** What the message says it is about; of one that is no JSON, nothing. */
function namesIn(content: Buffer): DeadMessageNames {
  const { taskId, attempt, agentId } = objectIn(content);
  return {
    taskId: typeof taskId === 'string' && UUID.test(taskId) ? taskId : null,
    attempt: Number.isInteger(attempt) && Math.abs(Number(attempt)) <= INT4 ? Number(attempt) : null,
    agentId: typeof agentId === 'string' ? agentId : null,
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function objectIn(content: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(content.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
