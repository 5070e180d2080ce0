import { giveFile } from '../design/give-file.js';
import type { LogPhase } from './log-phase.js';

interface Wanted {
  readonly taskId: string;
  readonly phase: LogPhase;
  readonly organizationId: string;
  readonly fileName: string;
}

/** Of one answer, which has four megabytes at the most. */
const PIECE_MS = 60_000;

/** Reads a log as it is stored, control characters and all, and hands it to the browser as a file. */
export async function downloadLog({ taskId, phase, organizationId, fileName }: Wanted): Promise<void> {
  const pieces: Blob[] = [];
  for (let offset = 0, size = Infinity; offset < size;) {
    const answer = await fetch(`/api/v1/tasks/${taskId}/logs?phase=${phase}&offset=${offset}`, {
      headers: { 'berth-organization': organizationId },
      signal: AbortSignal.timeout(PIECE_MS),
    });
    if (!answer.ok) {
      throw new Error(`the log could not be read: ${answer.status}`);
    }
    pieces.push(await answer.blob());
    size = Number(answer.headers.get('x-berth-log-size') ?? NaN);
    if (Number.isNaN(size)) {
      throw new Error('the answer does not say how long the log is');
    }
    const next = Number(answer.headers.get('x-berth-next-offset'));
    if (next <= offset && size > offset) {
      throw new Error(`the log could not be read beyond ${offset} of ${size} bytes`);
    }
    offset = next;
  }
  giveFile(new Blob(pieces, { type: 'text/plain' }), fileName);
}
