import type { Request } from 'express';
import { followArrival } from './body-arrival.js';
import { giveRoomBack, roomForBody } from './bodies-in-flight.js';
import { tooLarge, type SizeLimit } from './size-limit.js';

/** The bytes of a body, as they are. The request stays whole where it is refused. @throws ProblemError 400, 408, 413, 503 */
export async function readBody(request: Request, max: SizeLimit): Promise<Buffer> {
  const limit = max.maxMb * 1024 * 1024;
  const announced = request.headers['content-length'];
  if (Number(announced ?? 0) > limit) {
    throw tooLarge(max);
  }
  // What nobody announces may become as much as is allowed.
  const foreseen = request.headers['transfer-encoding'] === undefined ? Number(announced ?? 0) : limit;
  await roomForBody(foreseen);
  const pieces: Buffer[] = [];
  let size = 0;
  let stop: () => void = () => undefined;
  try {
    const body = await new Promise<Buffer>((resolve, reject) => {
      const take = (piece: Buffer): void => {
        size += piece.length;
        if (size > limit) {
          reject(tooLarge(max));
          return;
        }
        pieces.push(piece);
      };
      const end = (): void => {
        resolve(Buffer.concat(pieces, size));
      };
      const over = followArrival(request, reject);
      request.on('data', take);
      request.once('end', end);
      stop = () => {
        over();
        request.off('data', take);
        request.off('end', end);
      };
    });
    giveRoomBack(foreseen - body.length);
    return body;
  } finally {
    stop();
  }
}
