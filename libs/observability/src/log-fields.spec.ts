import { describe, expect, it } from '@jest/globals';
import { fieldsIn, logOfProcess, withLogFields } from './log-fields.js';
import { createLogger } from './logger.js';

describe('the fields of the present work', () => {
  function log() {
    const lines: Record<string, unknown>[] = [];
    const logger = createLogger('test', 'trace', {
      write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>),
    });
    return { logger, lines };
  }

  it('are in every line of it and of what it begins, and in no other', async () => {
    const { logger, lines } = log();
    const later: Promise<void>[] = [];
    withLogFields({ requestId: 'r' }, () => {
      withLogFields({ taskId: 't', attempt: 2 }, () => {
        logger.child({ loop: 'x' }).info('in it');
        later.push(
          Promise.resolve().then(() => {
            logger.info('later');
          }),
        );
      });
      logger.info('around it');
    });
    logger.info('beside it');
    await Promise.all(later);
    expect(lines.map(({ msg, requestId, taskId, attempt }) => [msg, requestId, taskId, attempt])).toEqual([
      ['in it', 'r', 't', 2],
      ['around it', 'r', undefined, undefined],
      ['beside it', undefined, undefined, undefined],
      ['later', 'r', 't', 2],
    ]);
  });

  it('give way to what a line says itself', () => {
    const { logger, lines } = log();
    withLogFields({ taskId: 't', attempt: 2 }, () => {
      logger.info({ taskId: 'other' }, 'of another one');
      logOfProcess(logger).warn('of the process');
    });
    expect(lines).toMatchObject([{ taskId: 'other', attempt: 2 }, { msg: 'of the process' }]);
    expect(lines[1]).not.toHaveProperty('taskId');
  });

  it('are found in messages', () => {
    expect(fieldsIn({ taskId: 't', attempt: 1, agentId: 'a', more: 1 })).toEqual({
      taskId: 't',
      attempt: 1,
      agentId: 'a',
    });
    expect(fieldsIn({ taskId: 'any' })).toEqual({});
    expect(fieldsIn(null)).toEqual({});
  });
});
