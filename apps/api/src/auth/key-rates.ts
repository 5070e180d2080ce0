import { Inject, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { API_ENV, type ApiEnv } from '../env.js';
import { Buckets } from './buckets.js';
import type { Principal } from './caller.js';
import { tooMany } from './guesses.js';

/** How many requests each key and each session may make, told in the RateLimit headers (draft-ietf-httpapi-ratelimit). */
@Injectable()
export class KeyRates {
  private readonly buckets: Buckets;

  constructor(@Inject(API_ENV) private readonly env: ApiEnv) {
    this.buckets = new Buckets(env.BERTH_REQUESTS_PER_MINUTE, env.BERTH_REQUESTS_PER_MINUTE / 60);
  }

  /** @throws ProblemError 429 */
  take({ keyId, sessionId }: Principal, response: Response): void {
    const name = String(keyId ?? sessionId);
    const { taken, left } = this.buckets.take(name);
    const perMinute = this.env.BERTH_REQUESTS_PER_MINUTE;
    response.setHeader('ratelimit-limit', perMinute);
    response.setHeader('ratelimit-remaining', left);
    response.setHeader('ratelimit-reset', Math.ceil(((perMinute - left) / perMinute) * 60));
    if (!taken) {
      throw tooMany(
        `more than ${perMinute} requests a minute with one key (BERTH_REQUESTS_PER_MINUTE)`,
        this.buckets.waits(name),
      );
    }
  }
}
