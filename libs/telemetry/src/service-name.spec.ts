import { describe, expect, it } from '@jest/globals';
import { serviceName } from './service-name.js';

describe('the name of a traced service', () => {
  it('is that of its app, unless the environment gives another', () => {
    expect(serviceName({}, ['node', '/app/apps/scheduler/dist/main.js'])).toBe('berth-scheduler');
    expect(serviceName({ OTEL_SERVICE_NAME: '' }, ['node', '/else/where.js'])).toBe('berth');
    expect(serviceName({ OTEL_SERVICE_NAME: 'mine' }, ['node', '/app/apps/api/dist/main.js'])).toBe('mine');
  });
});
