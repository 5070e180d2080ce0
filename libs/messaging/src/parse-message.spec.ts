import { describe, expect, it } from '@jest/globals';
import { MESSAGES, type MessageOf } from '@berth/contracts';
import { parseMessage } from './parse-message.js';

describe('a message', () => {
  it('brings no character that the database cannot store, whatever terraform has printed', () => {
    const sample = MESSAGES['task.observed'].sample as MessageOf<'task.observed'>;
    const [observation] = sample.observations;
    const cut = `${'x'.repeat(10)}😀`.slice(0, -1);
    const observations = [
      { ...observation, message: `exit status 1: a\0b ${cut}`, data: { file: 'main\0.tf' } },
    ];
    const content = Buffer.from(JSON.stringify({ ...sample, observations }));

    expect(parseMessage({ content, properties: { type: 'task.observed' } }).payload).toMatchObject({
      observations: [
        { message: `exit status 1: a\ufffdb ${'x'.repeat(10)}\ufffd`, data: { file: 'main\ufffd.tf' } },
      ],
    });
  });
});
