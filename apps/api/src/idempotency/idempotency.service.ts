import { createHash } from 'node:crypto';
import { LOGGER, type Logger } from '@berth/observability';
import {
  Database,
  doneBefore,
  holdIdempotencyKey,
  keepAnswer,
  readKeptAnswer,
  releaseIdempotencyKey,
  tell,
  unrecorded,
  type IdempotencyKey,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { WithCaller } from '../auth/caller.js';
import { invalidField, ProblemError } from '../problems/problem-error.js';

const MAX_LENGTH = 255;

/** A request that may come again: what it asks for, down to the bytes of its body. */
export interface RepeatableRequest {
  readonly request: Request & WithCaller;
  /** SHA-256 of the body. */
  readonly bodySha256: string;
  /** The status of a success. */
  readonly status: number;
}

type Begun = { readonly newId: string } | { readonly status: number; readonly response: unknown };

/** A request that was answered before gets the same answer, and creates nothing more. */
@Injectable()
export class IdempotencyService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * What `make` answers, or has answered to the same request before. It creates under the id that it is given, the same
   * one until it has answered; without an Idempotency-Key one that is its own, or undefined.
   * @throws ProblemError 400, 409 while another one is at work, 422 where the key was another request's
   */
  async once<T>(asked: RepeatableRequest, make: (newId: string | undefined) => Promise<T>): Promise<T> {
    const { request, status } = asked;
    const key = keyOf(request);
    if (key === null) {
      return make(request.newId);
    }
    const begun = await unrecorded(async () => this.begin(key, hashOf(asked)));
    if ('status' in begun) {
      doneBefore();
      request.res?.status(begun.status);
      return begun.response as T;
    }
    if (status === 201) {
      tell({ objectId: begun.newId });
    }
    try {
      const answer = await make(begun.newId);
      await unrecorded(async () => keepAnswer(this.database, key, { status, response: answer }));
      return answer;
    } catch (error) {
      // What failed may be tried again with the same key, and creates under the same id.
      await unrecorded(async () => this.letGo(key));
      throw error;
    }
  }

  /** The answer of before, or the id under which this request creates: the same one until it is answered. */
  private async begin(key: IdempotencyKey, requestHash: string): Promise<Begun> {
    const newId = await holdIdempotencyKey(this.database, key, requestHash);
    if (newId !== null) {
      return { newId };
    }
    const before = await readKeptAnswer(this.database, key);
    if (before !== null && before.requestHash !== requestHash) {
      throw new ProblemError(
        422,
        'IDEMPOTENCY_KEY_REUSED',
        'this Idempotency-Key was used for another request, or with another body: give each its own',
      );
    }
    if (before === null || before.status === null) {
      throw new ProblemError(
        409,
        'IDEMPOTENCY_KEY_IN_USE',
        'a request with this Idempotency-Key is being worked on: try again in a moment',
      );
    }
    return { status: before.status, response: before.response };
  }

  /** Without it, whoever asks again would have to wait for the minute that a crashed api is given. */
  private async letGo(key: IdempotencyKey): Promise<void> {
    await releaseIdempotencyKey(this.database, key).catch((error: unknown) => {
      this.logger.warn(`an Idempotency-Key is held for up to a minute: ${String(error)}`);
    });
  }
}

/** Null where none is given. @throws ProblemError 400 */
function keyOf({ headers, caller }: Request & WithCaller): IdempotencyKey | null {
  const given = headers['idempotency-key'];
  if (given === undefined || caller === undefined) {
    return null;
  }
  if (typeof given !== 'string' || given.length === 0 || given.length > MAX_LENGTH) {
    throw invalidField('Idempotency-Key', `must have 1 to ${MAX_LENGTH} characters`);
  }
  return { organizationId: caller.organizationId, key: given };
}

function hashOf({ request, bodySha256 }: RepeatableRequest): string {
  const { method, originalUrl, caller } = request;
  const who = caller?.kind === 'user' ? caller.principal.id : caller?.kind;
  const whole = JSON.stringify([method, originalUrl, who, bodySha256]);
  return createHash('sha256').update(whole).digest('hex');
}
