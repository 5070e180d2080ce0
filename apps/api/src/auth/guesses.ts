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
/** Secrets that opened something a moment ago. */
const KNOWN_LIMIT = 10_000;

/**
 * Slows whoever tries out keys: after so many wrong ones a minute they are not looked at any more. Whoever has shown a
 * right one before is let through, also from such an address.
 */
@Injectable()
export class Guesses {
  private readonly addresses = new Buckets(PER_ADDRESS, PER_ADDRESS / 60);
  private readonly prefixes = new Buckets(PER_PREFIX, PER_PREFIX / 60);
  private readonly known = new Set<string>();

  /** @throws ProblemError 429 */
  expectFew(request: Request): void {
    const secret = credentialOf(request.headers);
    if (secret === null || this.known.has(digest(secret))) {
      return;
    }
    const waits = Math.max(this.addresses.waits(addressOf(request)), this.prefixes.waits(prefixOf(secret)));
    if (waits > 0) {
      throw tooMany('too many wrong keys from here', waits);
    }
  }

  /** What was shown opens nothing. */
  failed(request: Request): void {
    const secret = credentialOf(request.headers);
    const byToken = request.headers['x-worker-token'] ?? request.headers['x-vm-token'];
    if (secret !== null && byToken === undefined) {
      this.known.delete(digest(secret));
      this.addresses.take(addressOf(request));
      this.prefixes.take(prefixOf(secret));
    }
  }

  /** What was shown is right. */
  opened(request: Request): void {
    const secret = credentialOf(request.headers);
    if (secret === null) {
      return;
    }
    if (this.known.size >= KNOWN_LIMIT) {
      this.known.clear();
    }
    this.known.add(digest(secret));
  }
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
