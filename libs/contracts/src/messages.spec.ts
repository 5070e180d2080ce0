import { describe, expect, it } from '@jest/globals';
import { TASK_STATUSES } from '@berth/domain';
import { MESSAGES, MESSAGE_TYPES } from './messages.js';
import { TaskStatusField } from './tasks.js';

describe('the catalogue of messages', () => {
  it.each(MESSAGE_TYPES)('parses the sample of %s, version 1', (type) => {
    const definition = MESSAGES[type];
    expect(definition.version).toBe(1);
    expect(definition.schema.parse(definition.sample)).toEqual(definition.sample);
  });

  it('lets fields be added: a receiver leaves alone what it does not know', () => {
    const known = { taskId: 'task-1' };
    expect(MESSAGES['task.runnable'].schema.parse({ ...known, added: true })).toEqual(known);
  });

  it('carries (taskId, attempt) in every message about an attempt', () => {
    const about = MESSAGE_TYPES.filter(
      (type) => type.startsWith('task.') && !['task.runnable', 'task.stop_requested'].includes(type),
    );
    for (const type of about) {
      expect(Object.keys(MESSAGES[type].schema.shape)).toEqual(expect.arrayContaining(['taskId', 'attempt']));
    }
  });

  it('speaks of the same states as the domain', () => {
    expect([...TaskStatusField.options].sort()).toEqual([...TASK_STATUSES].sort());
  });
});
