import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { ProblemError } from '../problems/problem-error.js';
import { keyHash } from '../secrets/key-hash.js';
import { Buckets } from './buckets.js';
import { credentialOf } from './credentials.js';

/** Wrong secrets that one address, or one beginning of a key, may show in a minute. */
const PER_ADDRESS = 120;
const PER_PREFIX = 30;
/** Enough of a key to tell it from others, and not enough to find it. */
const PREFIX_LENGTH = 12;
/** Of secrets that were right, or wrong, a moment ago. */
const REMEMBERED = 10_000;

/**
 * Slows whoever tries out keys: after so many wrong ones a minute, others are not looked at any more. Whoever has shown a
 * right one before is let through, also from such an address; and who shows the same wrong one again guesses nothing.
 */
@Injectable()
export class Guesses {
  private readonly addresses = new Buckets(PER_ADDRESS, PER_ADDRESS / 60);
  private readonly prefixes = new Buckets(PER_PREFIX, PER_PREFIX / 60);
  private readonly right = new Set<string>();
  private readonly wrong = new Set<string>();

  /** @throws ProblemError 429 */
  expectFew(request: Request): void {
    const secret = credentialOf(request.headers);
    if (secret === null || this.right.has(digest(secret)) || this.wrong.has(digest(secret))) {
      return;
    }
    const waits = Math.max(this.addresses.waits(addressOf(request)), this.prefixes.waits(prefixOf(secret)));
    if (waits > 0) {
      throw tooMany('too many wrong keys from here', waits);
    }
  }

  /** What was shown opens nothing. True where it was not shown a moment ago already. */
  failed(request: Request): boolean {
    const secret = credentialOf(request.headers);
    const byToken = request.headers['x-worker-token'] ?? request.headers['x-vm-token'];
    if (secret !== null && byToken === undefined && !this.wrong.has(digest(secret))) {
      this.right.delete(digest(secret));
      remember(this.wrong, secret);
      this.addresses.take(addressOf(request));
      this.prefixes.take(prefixOf(secret));
      return true;
    }
    return false;
  }

  /** What was shown is right. */
  opened(request: Request): void {
    const secret = credentialOf(request.headers);
    if (secret !== null) {
      this.wrong.delete(digest(secret));
      remember(this.right, secret);
    }
  }
}

function remember(secrets: Set<string>, secret: string): void {
  if (secrets.size >= REMEMBERED) {
    secrets.clear();
  }
  secrets.add(digest(secret));
}

/** @param waits seconds */
export function tooMany(why: string, waits: number): ProblemError {
  const seconds = Math.ceil(waits);
  return new ProblemError(429, 'TOO_MANY_REQUESTS', `${why}: try again in ${seconds} s`, {
    retryAfter: seconds,
  });
}

/** Where a request comes from, as far as the proxies that are trusted tell. */
export function addressOf(request: Request): string {
  return request.ip ?? request.socket.remoteAddress ?? 'unknown';
}

function prefixOf(secret: string): string {
  return secret.slice(0, PREFIX_LENGTH);
}

function digest(secret: string): string {
  return keyHash(secret).toString('base64');
}
