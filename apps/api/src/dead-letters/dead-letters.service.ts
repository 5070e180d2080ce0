import {
  MESSAGES,
  type DeadLetter,
  type DeadLetterState,
  type MessageType,
  type Page,
  type ReplayedDeadLetter,
} from '@berth/contracts';
import {
  isSigned,
  isSignedBy,
  parseMessage,
  PermanentMessageError,
  Publisher,
  sessionNamed,
  type SessionKey,
} from '@berth/messaging';
import {
  Database,
  discardDeadLetter,
  listDeadLetters,
  readDeadLetter,
  readSessionKey,
  reopenDeadLetter,
  replayDeadLetter,
  type DeadLetterRow,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { UserCaller } from '../auth/caller.js';
import { isUuid, listPart, pageOfRows } from '../paging.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { TasksService } from '../tasks/tasks.service.js';
import { deadLetterJson } from './dead-letter-json.js';
import type { DeadLetterListQuery } from './dead-letter-list-query.js';

/** What people ask of dead letters. */
@Injectable()
export class DeadLettersService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Publisher) private readonly publisher: Publisher,
    @Inject(TasksService) private readonly tasks: TasksService,
  ) {}

  async list(organizationId: string, query: DeadLetterListQuery): Promise<Page<DeadLetter>> {
    const letters = await listDeadLetters(this.database, organizationId, query.state, listPart(query));
    return pageOfRows(letters, query.limit, deadLetterJson);
  }

  /** @throws ProblemError 404 */
  async find(organizationId: string, id: string): Promise<DeadLetterRow> {
    const letter = isUuid(id) ? await readDeadLetter(this.database, organizationId, id) : null;
    if (letter === null) {
      throw notFound('dead letter', id);
    }
    return letter;
  }

  async discard(organizationId: string, id: string): Promise<void> {
    const letter = await this.find(organizationId, id);
    if (!(await discardDeadLetter(this.database, letter.id))) {
      throw notOpen(id, 'replayed');
    }
  }

  async replay(caller: UserCaller, id: string): Promise<ReplayedDeadLetter> {
    const letter = await this.find(caller.organizationId, id);
    const { state } = deadLetterJson(letter);
    if (state !== 'open') {
      throw notOpen(id, state);
    }
    const newTaskId = letter.source === 'task' ? await this.replayTask(caller, letter) : null;
    if (newTaskId === null) {
      await this.replayMessage(letter);
    }
    return { ...deadLetterJson(await this.find(caller.organizationId, id)), newTaskId };
  }

  /** Marked first: of two people who replay at the same time, one makes a task. */
  private async replayTask(caller: UserCaller, letter: DeadLetterRow): Promise<string> {
    await this.markReplayed(caller.organizationId, letter.id);
    try {
      const comment = `again after dead letter ${letter.id}`;
      const task = await this.tasks.retry(caller, letter.taskId ?? '', comment);
      return task.id;
    } catch (error) {
      await reopenDeadLetter(this.database, letter.id);
      const never =
        error instanceof ProblemError && ['NOT_FOUND', 'STATUS_DOES_NOT_ALLOW'].includes(error.code);
      throw never ? notReplayable(error.message, error) : error;
    }
  }

  /** Marked last: a message that is sent twice does no harm, and one that was not sent is not lost. */
  private async replayMessage(letter: DeadLetterRow): Promise<void> {
    const type = readableTypeOf(letter);
    const payload = JSON.parse(letter.content.toString('utf8')) as never;
    const routingKey = letter.routingKey ?? type;
    const signedBy = await this.signerOf(type, letter);
    const published = await this.publisher.publish(type, payload, { routingKey, signedBy });
    if (published.outcome === 'queued') {
      // Somebody who was quicker sent the same.
      await replayDeadLetter(this.database, letter.id);
      return;
    }
    if (published.reason === 'returned') {
      throw notReplayable(`no queue takes ${type} with the routing key ${routingKey}`);
    }
    throw new ProblemError(
      503,
      'BROKER_UNAVAILABLE',
      `the broker did not confirm the message (${published.reason}); it stays a dead letter, try again`,
    );
  }

  /**
   * What an agent has signed goes in its name again, and so does what was said to it. Nobody makes true what nobody has
   * signed. @throws ProblemError 422
   */
  private async signerOf(type: MessageType, letter: DeadLetterRow): Promise<SessionKey | undefined> {
    if (!isSigned(type)) {
      return undefined;
    }
    const { content, headers, messageId } = letter;
    const letterAsSent = { content, properties: { type, messageId, headers } };
    const sessionId = sessionNamed(letterAsSent);
    const session = sessionId === null ? null : await readSessionKey(this.database, sessionId);
    if (session === null || !isSignedBy(session, letterAsSent)) {
      throw notReplayable(`nothing proves who has sent this ${type}`);
    }
    return session;
  }

  private async markReplayed(organizationId: string, id: string): Promise<void> {
    if (!(await replayDeadLetter(this.database, id))) {
      throw notOpen(id, deadLetterJson(await this.find(organizationId, id)).state);
    }
  }
}

/** @throws ProblemError 422 where sending it again would lead nowhere */
function readableTypeOf(letter: DeadLetterRow): keyof typeof MESSAGES {
  if (letter.content.length < Number(letter.sizeBytes)) {
    throw notReplayable('only its beginning is kept');
  }
  const { content, headers, messageType: type } = letter;
  try {
    const message = parseMessage({ content, properties: { type, headers } });
    if (MESSAGES[message.type].answered) {
      throw notReplayable(`${message.type} is a request, and nobody waits for its answer any more`);
    }
    return message.type;
  } catch (error) {
    throw error instanceof PermanentMessageError ? notReplayable(error.message, error) : error;
  }
}

function notReplayable(reason: string, cause?: unknown): ProblemError {
  return new ProblemError(422, 'NOT_REPLAYABLE', `this dead letter cannot be replayed: ${reason}`, { cause });
}

function notOpen(id: string, state: DeadLetterState): ProblemError {
  return new ProblemError(409, 'STATUS_DOES_NOT_ALLOW', `dead letter ${id} is ${state} already`, {
    currentStatus: state,
  });
}
