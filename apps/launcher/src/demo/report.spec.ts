import { describe, expect, it } from '@jest/globals';
import type { ApplyFigures } from './comparison.js';
import type { DemoRun } from './demo-run.js';
import { comparisonLines, farewellLines, timelineLines } from './report.js';

const FIGURES: ApplyFigures = {
  taskId: 't1',
  startedAfterMs: 31,
  initSeconds: null,
  planRestoreSeconds: null,
  totalMs: 104,
  reason: 'same slot, plan hash verified',
};
const COLD: ApplyFigures = {
  ...FIGURES,
  startedAfterMs: 98,
  initSeconds: 0.051,
  planRestoreSeconds: 0.006,
  reason: 'agent does not match',
};

describe('the report', () => {
  it('has a table for each run', () => {
    const run = { title: 'run 1', task: { id: 't1', agentId: 'agent-1', slotId: 2 } } as DemoRun;
    const at = '2026-01-01T00:00:00.000Z';

    expect(
      timelineLines(run, [
        { mark: 'queued', at, offsetMs: 0, takesMs: 12 },
        { mark: 'applied', at, offsetMs: 12, takesMs: null },
      ]),
    ).toEqual([
      '',
      'run 1: task t1, agent-1, slot 2',
      '  mark            at ms   takes ms',
      '  queued              0         12  waits for a slot',
      '  applied            12',
    ]);
  });

  it('sets the warm apply beside the cold one', () => {
    const text = comparisonLines(FIGURES, COLD).join('\n');

    expect(text).toMatch(/to apply begun +31 ms +98 ms/);
    expect(text).toMatch(/terraform init +skipped +51 ms/);
    expect(text).toMatch(/plan restore +skipped +6 ms/);
    expect(text).not.toContain('not warm');
  });

  it('says so when the warm apply was not warm', () => {
    expect(comparisonLines(COLD, COLD).join('\n')).toContain(
      'The warm one was not warm this time: agent does not match.',
    );
  });

  it('tells how to destroy, and shows no key', () => {
    const address = { apiUrl: 'http://a', apiKey: 'secret', keyInShell: '$BERTH_API_KEY' };
    const text = farewellLines(address).join('\n');

    expect(text).toContain('"operation":"destroy"');
    expect(text).not.toContain('secret');
  });
});
