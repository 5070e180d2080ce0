import type { DeadLetter, DeadLetterDocument } from '@berth/contracts';
import type { DeadLetterHead, DeadLetterRow } from '@berth/persistence';

export function deadLetterJson(letter: DeadLetterHead): DeadLetter {
  const { replayedAt, discardedAt } = letter;
  return {
    id: letter.id,
    state: discardedAt !== null ? 'discarded' : replayedAt !== null ? 'replayed' : 'open',
    source: letter.source,
    messageType: letter.messageType,
    taskId: letter.taskId,
    attempt: letter.attempt,
    reason: letter.reason,
    sizeBytes: Number(letter.sizeBytes),
    firstAt: letter.firstAt.toISOString(),
    createdAt: letter.createdAt.toISOString(),
    replayedAt: replayedAt?.toISOString() ?? null,
    discardedAt: discardedAt?.toISOString() ?? null,
  };
}

/** Bytes that are no text are given in base64, so that none gets lost. */
export function deadLetterDocument(letter: DeadLetterRow): DeadLetterDocument {
  const text = textOf(letter.content);
  return {
    ...deadLetterJson(letter),
    encoding: text === null ? 'base64' : 'text',
    content: text ?? letter.content.toString('base64'),
    headers: letter.headers,
  };
}

function textOf(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
