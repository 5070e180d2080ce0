import { describe, expect, it } from '@jest/globals';
import { METRICS, type MetricDefinition } from './index.js';

const all = Object.entries<MetricDefinition>(METRICS);
/** Labels whose values somebody has bounded: by a type, by the code's own texts, or by a cap. */
const BOUNDED = [
  ...['age', 'class', 'code', 'connection', 'how', 'loop', 'method', 'outcome', 'path', 'phase', 'platform'],
  ...['pool', 'reason', 'route', 'state', 'status', 'step', 'type', 'what'],
];

describe('the catalogue of metrics', () => {
  it('has no label with as many values as there are tasks, workspaces or agents', () => {
    const odd = all.filter(([, { labels }]) => labels.some((label) => !BOUNDED.includes(label)));
    expect(odd).toEqual([]);
  });

  it('says by each name what kind of number it is', () => {
    const odd = all.filter(([name, { type, buckets }]) => {
      const isNamed = type === 'gauge' || name.endsWith(type === 'counter' ? '_total' : '_seconds');
      return !isNamed || (type === 'histogram') !== (buckets !== undefined);
    });
    expect(odd).toEqual([]);
  });
});
