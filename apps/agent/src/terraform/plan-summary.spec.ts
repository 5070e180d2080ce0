import { PlanDocument } from '@berth/contracts';
import { describe, expect, it } from '@jest/globals';
import { summarizePlan } from './plan-summary.js';

interface Parts {
  readonly [key: string]: unknown;
}

const resource = (address: string, actions: string[], change: Parts = {}, rest: Parts = {}): Parts => ({
  address,
  mode: 'managed',
  type: 'terraform_data',
  name: address.split('.').at(-1),
  provider_name: 'terraform.io/builtin/terraform',
  change: {
    actions,
    before: null,
    after: {},
    after_unknown: {},
    before_sensitive: false,
    after_sensitive: {},
    ...change,
  },
  ...rest,
});

const plan = (parts: Parts): string =>
  JSON.stringify({ format_version: '1.2', terraform_version: '1.11.4', ...parts });

const summarize = (parts: Parts, refreshOnly = false): ReturnType<typeof summarizePlan> =>
  summarizePlan(plan(parts), { refreshOnly });

describe('summarizePlan', () => {
  it('counts as terraform does: a replacement is one to add and one to destroy, the rest is not counted', () => {
    const { content } = summarize({
      resource_changes: [
        resource('terraform_data.created', ['create']),
        resource('terraform_data.updated', ['update']),
        resource('terraform_data.deleted', ['delete']),
        resource('terraform_data.replaced', ['delete', 'create']),
        resource('terraform_data.replaced_first', ['create', 'delete']),
        resource('terraform_data.forgotten', ['forget']),
        resource('data.x.read', ['read'], {}, { mode: 'data' }),
        resource('data.x.gone', ['delete'], {}, { mode: 'data' }),
        resource('terraform_data.same', ['no-op']),
        resource('terraform_data.imported', ['no-op'], { importing: { id: 'abc' } }),
        resource('terraform_data.left', ['delete'], {}, { deposed: 'byebye01' }),
      ],
    });

    expect(content.summary).toEqual({ add: 3, change: 1, destroy: 4, import: 1 });
    expect(content.resources.map(({ address }) => address)).toEqual([
      'terraform_data.created',
      'terraform_data.updated',
      'terraform_data.deleted',
      'terraform_data.replaced',
      'terraform_data.replaced_first',
      'terraform_data.forgotten',
      'data.x.read',
      'terraform_data.imported',
      'terraform_data.left',
    ]);
  });

  it('keeps what a reader of a change wants to know', () => {
    const { content } = summarize({
      resource_changes: [
        resource(
          'module.m["a"].terraform_data.x[1]',
          ['delete', 'create'],
          { before: { input: 1 }, after: { input: 2 }, replace_paths: [['input'], ['list', 0]] },
          {
            module_address: 'module.m["a"]',
            name: 'x',
            index: 1,
            previous_address: 'terraform_data.old',
            action_reason: 'replace_because_tainted',
          },
        ),
      ],
    });

    expect(content.resources[0]).toMatchObject({
      address: 'module.m["a"].terraform_data.x[1]',
      previousAddress: 'terraform_data.old',
      module: 'module.m["a"]',
      index: 1,
      reason: 'replace_because_tainted',
      before: { input: 1 },
      after: { input: 2 },
      replacePaths: [['input'], ['list', 0]],
      importing: null,
      deposed: null,
    });
  });

  it('fits the contract together with hash and size', () => {
    const { content } = summarize({
      resource_changes: [resource('terraform_data.x', ['create'])],
      output_changes: {
        o: { actions: ['create'], before: null, after_unknown: true, after_sensitive: false },
      },
    });

    const document = JSON.parse(
      JSON.stringify({ ...content, hash: 'a'.repeat(64), sizeBytes: 1 }),
    ) as unknown;
    expect(PlanDocument.safeParse(document).success).toBe(true);
  });

  it('shows neither the value of a sensitive output, nor variables, nor the prior state', () => {
    const { content } = summarize({
      variables: { token: { value: 'SECRET' } },
      prior_state: { values: { outputs: { o: { sensitive: true, value: 'SECRET' } } } },
      planned_values: { outputs: { o: { sensitive: true, value: 'SECRET' } } },
      configuration: { root_module: { variables: { token: { default: 'SECRET' } } } },
      output_changes: {
        o: {
          actions: ['update'],
          before: 'SECRET1',
          after: 'SECRET2',
          after_unknown: false,
          before_sensitive: true,
          after_sensitive: true,
        },
        same: { actions: ['no-op'], before: 1, after: 1, after_unknown: false },
      },
    });

    expect(JSON.stringify(content)).not.toContain('SECRET');
    expect(content.outputs).toMatchObject([{ name: 'o', sensitive: true, sensitiveChanges: [[]] }]);
  });

  it('shows a drift without its secrets', () => {
    const { content } = summarize({
      resource_drift: [
        resource('terraform_data.x', ['update'], {
          before: { password: 'SECRET1' },
          after: { password: 'SECRET2' },
          before_sensitive: { password: true },
          after_sensitive: { password: true },
        }),
      ],
    });

    expect(content.drift).toHaveLength(1);
    expect(JSON.stringify(content)).not.toContain('SECRET');
  });
});

describe('whether a plan has changes', () => {
  const create = { resource_changes: [resource('terraform_data.x', ['create'])] };
  const output = {
    output_changes: { o: { actions: ['update'], before: 1, after: 2, after_unknown: false } },
  };
  const drift = { resource_drift: [resource('terraform_data.x', ['update'])] };
  const same = { resource_changes: [resource('terraform_data.x', ['no-op'])] };
  const moved = {
    resource_changes: [resource('terraform_data.x', ['no-op'], {}, { previous_address: 'terraform_data.y' })],
  };

  it('is for terraform to say where it does', () => {
    expect(summarize({ ...drift, applyable: true }).hasChanges).toBe(true);
    expect(summarize({ ...create, applyable: false }).hasChanges).toBe(false);
  });

  it('is read off resources, moves and outputs where terraform does not say', () => {
    expect(summarize(create).hasChanges).toBe(true);
    expect(summarize(output).hasChanges).toBe(true);
    expect(summarize(moved).hasChanges).toBe(true);
    expect(summarize(same).hasChanges).toBe(false);
    expect(summarize({}).hasChanges).toBe(false);
  });

  it('is a matter of drift in a refresh-only plan', () => {
    expect(summarize(drift, true).hasChanges).toBe(true);
    expect(summarize(drift, false).hasChanges).toBe(false);
  });

  it('is no for a plan that failed halfway', () => {
    const summarized = summarize({ ...create, errored: true, applyable: true });

    expect(summarized.hasChanges).toBe(false);
    expect(summarized.content.errored).toBe(true);
  });
});

describe('a document that is no plan', () => {
  it('fails for good, without quoting the document', () => {
    expect(() => summarizePlan('{"a": "SECRET", oops', { refreshOnly: false })).toThrow(
      expect.objectContaining({ code: 'TERRAFORM_PLAN_UNREADABLE', failureClass: 'permanent' }),
    );
    expect(() => summarizePlan('{"a": "SECRET", oops', { refreshOnly: false })).not.toThrow(/SECRET/);
    expect(() =>
      summarizePlan('{"format_version": "1.2", "resource_changes": 5}', { refreshOnly: false }),
    ).toThrow(/unexpected resource_changes/);
  });
});
