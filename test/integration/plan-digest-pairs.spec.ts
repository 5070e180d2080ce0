import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { comparePlans, describeComparison } from '@berth/domain';
import { DigestedPlans } from '../support/digested-plans.js';
import { PLAN_PAIRS, type Verdict } from '../support/plan-pairs.js';
import { read } from '../support/repository-file.js';

/** A row of the table in docs/plan-digest.md. */
interface Row {
  readonly verdicts: readonly string[];
  /** What the timeline says of the second plan. */
  readonly words: string;
}

async function documented(): Promise<Map<string, Row>> {
  const rows = (await read('docs/plan-digest.md')).matchAll(
    /^\| (\d+) +\| .*? \| (same|differ) +\| (same|differ) +\| (same|differ) +\| (.*?) +\|$/gm,
  );
  return new Map([...rows].map(([, pair = '', ...cells]) => [pair, rowOf(cells)]));
}

function rowOf(cells: readonly string[]): Row {
  return { verdicts: cells.slice(0, 3), words: cells[3] ?? '' };
}

describe('two plans of terraform', () => {
  let rows: Map<string, Row>;
  let plans: DigestedPlans;

  beforeAll(async () => {
    rows = await documented();
  });
  beforeEach(async () => {
    plans = new DigestedPlans();
    await plans.open();
  });
  afterEach(async () => {
    await plans.close();
  });

  it('are the pairs that docs/plan-digest.md has', () => {
    expect([...rows.keys()]).toEqual(
      PLAN_PAIRS.flatMap(({ pairs }) => pairs).sort((a, b) => Number(a) - Number(b)),
    );
  });

  it.each(PLAN_PAIRS)(
    '$pairs: $what: $digests',
    async ({ pairs, applied, one, other, digests }) => {
      if (applied !== undefined) {
        await plans.apply(applied);
      }
      const [first, second] = [await plans.plan(one), await plans.plan(other)];
      const verdict = (kind: 'effects' | 'context' | 'inputs'): Verdict =>
        first[kind] === second[kind] ? 'same' : 'differ';
      const verdicts = [verdict('effects'), verdict('context'), verdict('inputs')];
      expect(verdicts).toEqual(digests);
      const words = describeComparison(comparePlans(first, second));
      expect(pairs.map((pair) => rows.get(pair))).toEqual(pairs.map(() => ({ verdicts, words })));
    },
    60_000,
  );
});
