import { ApiProblem, Unreachable } from '@berth/client';
import { describe, expect, it } from '@jest/globals';
import { Ending, ExitCode, farewellAfter, WrongUse } from './failures.js';

function problem(status: number, code: string, errors: readonly { field: string; message: string }[] = []) {
  return new ApiProblem('GET /x', {
    status,
    code,
    detail: 'the api says why',
    errors,
    currentStatus: undefined,
    planHash: undefined,
    retryAfterMs: undefined,
  });
}

function unreachable(code: string): Unreachable {
  const cause = Object.assign(new Error('connect'), { code });
  return new Unreachable('GET /x', 'the connection failed', {
    cause: new TypeError('fetch failed', { cause }),
  });
}

describe('how a command ends', () => {
  it.each<[unknown, ExitCode, RegExp]>([
    [new Ending(ExitCode.waitsForPerson, 'it waits'), 3, /^it waits$/],
    [new WrongUse('like this'), 2, /^like this$/],
    [
      problem(400, 'INVALID_REQUEST', [{ field: 'name', message: 'is long' }]),
      2,
      /says why\n {2}name: is long$/,
    ],
    [problem(401, 'UNAUTHORIZED'), 4, /^http:\/\/b refuses the key/],
    [problem(403, 'FORBIDDEN'), 4, /^not allowed: the api says why$/],
    [problem(404, 'NOT_FOUND'), 1, /^the api says why$/],
    [problem(409, 'PLAN_CHANGED'), 1, /^the api says why$/],
    [problem(503, 'DATABASE_UNAVAILABLE'), 5, /cannot answer now.*\nTry again/],
    [unreachable('ECONNREFUSED'), 5, /^http:\/\/b does not answer: nothing listens there/],
    [unreachable('ENOTFOUND'), 5, /name is not known/],
    [unreachable('CERT_HAS_EXPIRED'), 5, /certificate has expired/],
    [new Unreachable('GET /x', 'no answer for 30 s'), 5, /does not answer: no answer for 30 s$/],
    [new Error('anything else'), 1, /^anything else$/],
  ])('after %s, with %d', (error, exitCode, words) => {
    const { lines, ...ending } = farewellAfter(error, 'http://b');
    expect(ending.exitCode).toBe(exitCode);
    expect(lines.join('\n')).toMatch(words);
  });
});
