import { giveFile } from '../design/give-file.js';
import type { LogPhase } from './log-phase.js';

interface Wanted {
  readonly taskId: string;
  readonly phase: LogPhase;
  readonly organizationId: string;
  readonly fileName: string;
}

/** Reads a log as it is stored, control characters and all, and hands it to the browser as a file. */
export async function downloadLog({ taskId, phase, organizationId, fileName }: Wanted): Promise<void> {
  const pieces: Blob[] = [];
  for (let offset = 0, size = Infinity; offset < size;) {
    const answer = await fetch(`/api/v1/tasks/${taskId}/logs?phase=${phase}&offset=${offset}`, {
      headers: { 'berth-organization': organizationId },
    });
    if (!answer.ok) {
      throw new Error(`the log could not be read: ${answer.status}`);
    }
    pieces.push(await answer.blob());
    size = Number(answer.headers.get('x-berth-log-size'));
    offset = Number(answer.headers.get('x-berth-next-offset'));
  }
  giveFile(new Blob(pieces, { type: 'text/plain' }), fileName);
}
