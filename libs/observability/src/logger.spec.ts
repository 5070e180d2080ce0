import { describe, expect, it } from '@jest/globals';
import { createLogger, NestLogger, type Logger } from './logger.js';

const SECRET = 'hunter2-is-secret';

/** What a logger writes. */
function written(use: (logger: Logger) => void): string {
  const lines: string[] = [];
  use(createLogger('test', 'trace', { write: (line: string) => lines.push(line) }));
  return lines.join('');
}

function nested(depth: number, inner: object): object {
  return depth === 0 ? inner : { deeper: nested(depth - 1, inner) };
}

function circle(): object {
  const one: Record<string, unknown> = { password: SECRET };
  one['again'] = one;
  return one;
}

const failing = (message: string, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), {
    config: { headers: { Authorization: `Bearer ${SECRET}` } },
  });

const OBJECTS: readonly (readonly [string, object])[] = [
  ['at depth 0', { token: SECRET }],
  ['at depth 3', nested(3, { password: SECRET })],
  ['at depth 12', nested(12, { stateToken: SECRET })],
  ['at depth 200', nested(200, { stateToken: SECRET })],
  ['in an array', { variables: [{ key: 'a', value: SECRET }] }],
  ['in arrays of arrays', { all: [[[{ secret: SECRET }]]] }],
  ['as a whole object', { secret: { deep: { a: SECRET } } }],
  ['as an array', { tokens: [SECRET] }],
  [
    'in another spelling',
    {
      api_key: SECRET,
      'X-Api-Key': SECRET,
      accessToken: SECRET,
      DB_PASSWORD: SECRET,
      clientSecret: SECRET,
      BERTH_ENCRYPTION_KEY: SECRET,
    },
  ],
  [
    'in headers',
    {
      request: {
        headers: { AUTHORIZATION: `Bearer ${SECRET}`, cookie: `a=${SECRET}`, 'x-worker-token': SECRET },
      },
    },
  ],
  ['in raw headers', { rawHeaders: ['Host', 'x', 'Authorization', `Basic ${SECRET}`] }],
  ['in pairs', { headers: [['set-cookie', `s=${SECRET}`]] }],
  ['in a map', { all: new Map([['password', SECRET]]) }],
  ['in a set', { all: new Set([{ password: SECRET }]) }],
  ['in an error’s own fields', { err: failing('x') }],
  ['in an error’s cause', { err: failing('x', failing('y', { password: SECRET })) }],
  [
    'in an error’s cause, in its words',
    { err: new Error('x', { cause: new Error(`connect amqp://berth:${SECRET}@host failed`) }) },
  ],
  [
    'in one of many errors',
    { err: new AggregateError([failing('a'), new Error(`postgres://u:${SECRET}@h/d`)]) },
  ],
  ['in an error under another name', { problem: new Error(`postgres://u:${SECRET}@h/d`) }],
  ['in a circle', circle()],
  ['in what says its own JSON', { odd: { toJSON: () => ({ password: SECRET }) } }],
  ['in an address', { url: `https://user:${SECRET}@host/x` }],
  ['in an address object', { url: new URL(`https://user:${SECRET}@host/x`) }],
  ['in bytes', { body: Buffer.from(SECRET) }],
];

const WORDS: readonly (readonly [string, string])[] = [
  ['an address', `cannot connect to amqp://berth:${SECRET}@rabbit:5672/vhost`],
  ['an address whose password has odd characters', `postgres://u:p@${SECRET}/x?y#z@host:5432/db is away`],
  ['an address that is a token', `https://${SECRET}@github.com/a/b.git`],
  ['a query', `GET /x?a=1&access_token=${SECRET}&b=2`],
  ['a signature', `https://s3/x?X-Amz-Signature=${SECRET}`],
  ['a bearer', `Authorization: Bearer ${SECRET} was refused`],
  ['a header', `x-api-key: ${SECRET}`],
  ['a pair', `host=db password=${SECRET} user=u`],
  ['JSON', `the body was {"user":"a","password":"${SECRET}"}`],
  ['our own token', `bt1.${SECRET}.${SECRET}`],
];

describe('the log', () => {
  it.each(OBJECTS)('has no secret that stands %s', (_where, fields) => {
    const text = written((logger) => {
      logger.info(fields, 'message');
      logger.child(fields).child({ a: 1 }).info('message');
    });
    expect(text).toContain('"msg":"message"');
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(Buffer.from(SECRET).toJSON().data.join(','));
  });

  it.each(WORDS)('has no secret that is said in the words of a message: %s', (_what, words) => {
    const text = written((logger) => {
      logger.warn(words);
      logger.warn({ words }, 'and %s', words);
      logger.error(new Error(words));
      new NestLogger(logger).error(words, new Error(words).stack, 'Context');
    });
    expect(text.split('\n')).toHaveLength(5);
    expect(text).not.toContain(SECRET);
  });

  it('has the rest as it is', () => {
    const at = new Date(0);
    const text = written((logger) => {
      logger.info(
        {
          taskId: 't',
          attempt: 2,
          none: null,
          list: [1, 'two', true],
          at,
          url: 'http://host:8080/a?b=c@d',
          holds: false,
        },
        'GET http://host:5672/x of user@example.com took 3 s',
      );
      logger.error({ err: new TypeError('odd') }, 'failed');
    });
    const [first, second] = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({
      service: 'test',
      level: 'info',
      taskId: 't',
      attempt: 2,
      none: null,
      list: [1, 'two', true],
      at: at.toISOString(),
      url: 'http://host:8080/a?b=c@d',
      holds: false,
      msg: 'GET http://host:5672/x of user@example.com took 3 s',
    });
    expect(second).toMatchObject({
      level: 'error',
      msg: 'failed',
      err: { type: 'TypeError', message: 'odd', stack: expect.any(String) },
    });
  });
});
