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
    retryAfterMs: status === 429 ? 42_000 : undefined,
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
    [
      problem(401, 'UNAUTHORIZED'),
      4,
      /^http:\/\/b refuses the key: .*\nSign in again \(berth login http:\/\/b\)/,
    ],
    [problem(403, 'FORBIDDEN'), 4, /^not allowed: the api says why\nWhoever administers/],
    [problem(403, 'SELF_APPROVAL'), 4, /^not allowed: the api says why\nSomebody else/],
    [problem(404, 'NOT_FOUND'), 1, /^the api says why\nWhat you may not see looks the same/],
    [problem(409, 'PLAN_CHANGED'), 1, /^the api says why$/],
    [problem(409, 'NAME_TAKEN'), 1, /^the api says why\nChoose another name/],
    [problem(409, 'LAST_OWNER'), 1, /^the api says why\n.*berth members role/],
    [problem(409, 'PROJECT_NOT_EMPTY'), 1, /^the api says why\n.*--project/],
    [problem(409, 'APPROVED_ALREADY'), 3, /^the api says why\nIt waits for another person/],
    [
      problem(400, 'ORGANIZATION_NEEDED', [{ field: 'Berth-Organization', message: 'must be one of a, b' }]),
      2,
      /^you belong to several organizations: a, b\n.*--organization <name>.*\n {2}berth organizations use <name>$/,
    ],
    [problem(429, 'TOO_MANY_REQUESTS'), 5, /cannot answer now.*\nTry again in 42 s/],
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
