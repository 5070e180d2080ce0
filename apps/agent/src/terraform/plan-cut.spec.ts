import { describe, expect, it } from '@jest/globals';
import { PlanContent, type PlanResourceChange } from '@berth/contracts';
import { cutPlanView } from './plan-cut.js';
import { unshownPlan } from './plan-summary.js';

const resource = (n: number, text: string): PlanResourceChange => ({
  address: `terraform_data.x[${n}]`,
  previousAddress: null,
  module: '',
  mode: 'managed',
  type: 'terraform_data',
  name: 'x',
  index: n,
  provider: 'p',
  actions: ['create'],
  reason: null,
  replacePaths: [],
  importing: null,
  deposed: null,
  before: null,
  after: { input: text, list: [text] },
  afterUnknown: {},
  sensitiveChanges: [],
});

function view(resources: PlanResourceChange[]): PlanContent {
  const { content } = unshownPlan('none');
  return {
    ...content,
    notShown: [],
    summary: { ...content.summary, add: resources.length, other: 0 },
    resources,
  };
}

const many = (count: number, length: number): PlanContent =>
  view(Array.from({ length: count }, (_, n) => resource(n, 'ü'.repeat(length))));

describe('the view of a plan', () => {
  it('is whole where it fits', () => {
    const small = many(3, 1_000);
    expect(cutPlanView(small)).toEqual(small);
  });

  it('says so instead of what is too deep to be read', () => {
    let deep: unknown = 'bottom';
    for (let depth = 0; depth < 200; depth += 1) {
      deep = depth % 2 === 0 ? [deep] : { deep };
    }
    const cut = cutPlanView(view([{ ...resource(1, ''), after: { deep, flat: 'kept' } }]));
    const text = JSON.stringify(cut);
    expect(text).toContain('"flat":"kept"');
    expect(text).toContain('(too deep to be shown)');
    expect(text).not.toContain('bottom');
  });

  it('has long texts shortened where it does not, and says so', () => {
    const cut = cutPlanView(many(500, 8_000), 1_000_000);
    expect(Buffer.byteLength(JSON.stringify(cut))).toBeLessThan(1_000_000);
    expect(cut.resources).toHaveLength(500);
    expect(cut.cut).toMatchObject({ resources: 0, withoutValues: 0 });
    expect(cut.resources[0]?.after).toMatchObject({
      input: expect.stringMatching(/^ü+… \(7800 more characters\)$/),
    });
    expect(PlanContent.safeParse(cut).success).toBe(true);
  });

  it('loses values and then the end of the list where even that is too much, and keeps its counts', () => {
    const cut = cutPlanView(many(10_000, 8_000), 1_000_000);
    expect(Buffer.byteLength(JSON.stringify(cut))).toBeLessThan(1_000_000);
    expect(cut.summary.add).toBe(10_000);
    const { resources = 0, withoutValues = 0 } = cut.cut ?? {};
    expect(withoutValues).toBeGreaterThan(0);
    expect(resources + cut.resources.length).toBe(10_000);
    expect(cut.resources.at(-1)).toMatchObject({ actions: ['create'], after: null });
    expect(PlanContent.safeParse(cut).success).toBe(true);
  });
});
