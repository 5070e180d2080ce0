import { describe, expect, it } from '@jest/globals';
import { RunRecord } from './run-record.js';

/** Whether a change has begun, by what terraform has said. */
function begunAfter(...events: object[]): boolean {
  const record = new RunRecord({ json: true, onText: () => undefined });
  for (const event of events) {
    record.stdout(Buffer.from(`${JSON.stringify({ '@message': 'm', ...event })}\n`));
  }
  return record.changeBegun;
}

describe('the first change of an apply', () => {
  it('begins with a resource, and not with a data source', () => {
    expect(begunAfter({ type: 'apply_start', hook: { resource: { addr: 'a' }, action: 'read' } })).toBe(
      false,
    );
    expect(begunAfter({ type: 'apply_start', hook: { resource: { addr: 'a' }, action: 'create' } })).toBe(
      true,
    );
  });

  it('begins with an action of terraform 1.14', () => {
    const action = { addr: 'action.fake_deed.a', type: 'fake_deed', name: 'a' };
    expect(begunAfter({ type: 'planned_action_invocation', action })).toBe(false);
    expect(begunAfter({ type: 'action_start', hook: { action } })).toBe(true);
  });
});
