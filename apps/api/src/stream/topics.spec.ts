import { describe, expect, it } from '@jest/globals';
import { parseTopics, tasksOf } from './topics.js';

const ID = '0192f0c1-0000-7000-8000-000000000001';

describe('the topics of a stream', () => {
  it('are lists, tasks and logs, from the beginning or from a byte on', () => {
    const topics = parseTopics(`tasks,task:${ID},log:${ID}:plan,log:${ID}:apply:17,tasks,dead-letters`);
    expect(topics).toEqual([
      { kind: 'list', list: 'tasks' },
      { kind: 'task', taskId: ID },
      { kind: 'log', taskId: ID, phase: 'plan', offset: 0 },
      { kind: 'log', taskId: ID, phase: 'apply', offset: 17 },
      { kind: 'list', list: 'dead-letters' },
    ]);
    expect(tasksOf(topics)).toEqual([ID]);
  });

  it.each([
    '',
    'task',
    'tasks,',
    'task:',
    'task:1',
    `task:${ID}:plan`,
    `log:${ID}`,
    `log:${ID}:init`,
    `log:${ID}:plan:`,
    `log:${ID}:plan:-1`,
    `log:${ID}:plan:1e3`,
    `log:${ID}:plan:9999999999`,
    `log:${ID}:plan:1:2`,
    ' tasks',
  ])('are not "%s", which is told with the forms that there are', (topics) => {
    expect(() => parseTopics(topics)).toThrow(/is none: there are tasks, .*task:<id>, log:<id>:<phase>/);
  });

  it('are twenty at the most, and each log once', () => {
    const many = Array.from({ length: 21 }, (_, n) => `log:${ID}:plan:${n}`).join();
    expect(() => parseTopics(many)).toThrow(/20 at the most/);
    expect(() => parseTopics(`log:${ID}:plan,log:${ID}:plan:5`)).toThrow(/each log once/);
  });
});
