import { PlanDocument } from '@berth/contracts';
import { describe, expect, it } from '@jest/globals';
import { readPlanJson } from './plan-json.js';
import { summarizePlan, unshownPlan, type SummarizedPlan } from './plan-summary.js';

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

function summarize(parts: Parts, refreshOnly = false): SummarizedPlan {
  const shown = readPlanJson(
    JSON.stringify({ format_version: '1.2', terraform_version: '1.11.4', ...parts }),
  );
  if (shown === null) {
    throw new Error('it is a plan');
  }
  return summarizePlan(shown, { refreshOnly });
}

describe('summarizePlan', () => {
  it('counts as terraform does: a replacement is one to add and one to destroy, and what else there is beside', () => {
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

    expect(content.summary).toMatchObject({ add: 3, change: 1, destroy: 4, import: 1, forget: 1, move: 0 });
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
      JSON.stringify({
        ...content,
        hash: 'a'.repeat(64),
        sizeBytes: 1,
        effectsDigest: null,
        contextDigest: null,
        inputsDigest: null,
        digestVersion: null,
        digestKeyId: null,
      }),
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

describe('what a plan would do', () => {
  it('is counted where it is neither added, changed nor destroyed, so that nothing waits with three noughts', () => {
    const { content } = summarize({
      resource_changes: [
        resource('terraform_data.x', ['no-op'], {}, { previous_address: 'terraform_data.y' }),
        resource('terraform_data.z', ['no-op'], { importing: { unknown: true } }),
        resource('terraform_data.f', ['forget']),
      ],
      output_changes: { o: { actions: ['update'], before: 1, after: 2, after_unknown: false } },
    });
    expect(content.summary).toMatchObject({
      add: 0,
      change: 0,
      destroy: 0,
      import: 1,
      move: 1,
      forget: 1,
      outputs: 1,
    });
  });

  it('is the drift of a plan that only refreshes', () => {
    const drift = { resource_drift: [resource('terraform_data.x', ['update'])] };
    expect(summarize(drift, true).content.summary.drift).toBe(1);
    expect(summarize(drift, false).content.summary.drift).toBe(0);
  });

  it('is for terraform to say where it does, and is nothing for a plan that failed halfway', () => {
    expect(summarize({ applyable: true }).applyable).toBe(true);
    expect(summarize({ applyable: false }).applyable).toBe(false);
    expect(summarize({}).applyable).toBeNull();
    const halfway = summarize({ errored: true, applyable: true });
    expect(halfway).toMatchObject({ applyable: false, content: { errored: true } });
  });
});

/** Documents by their published format: terraform 1.14 and later write them. */
describe('what a newer terraform says', () => {
  const action = {
    address: 'action.aws_lambda_invoke.notify',
    type: 'aws_lambda_invoke',
    name: 'notify',
    provider_name: 'registry.terraform.io/hashicorp/aws',
    config_values: { function_name: 'f', payload: 'SECRET' },
    config_sensitive: { payload: true },
    config_unknown: {},
  };

  it('of actions that a change invokes is shown, without its secrets', () => {
    const { content } = summarize({
      applyable: true,
      action_invocations: [
        {
          ...action,
          lifecycle_action_trigger: {
            triggering_resource_address: 'terraform_data.x',
            action_trigger_event: 'after_create',
            action_trigger_block_index: 0,
            actions_list_index: 0,
          },
        },
        { ...action, invoke_action_trigger: {} },
      ],
    });
    expect(content.summary.actions).toBe(2);
    expect(content.actions).toMatchObject([
      {
        address: action.address,
        triggeredBy: 'terraform_data.x',
        event: 'after_create',
        config: { function_name: 'f', payload: '(sensitive)' },
      },
      { address: action.address, triggeredBy: null },
    ]);
    expect(content.notShown).toEqual([]);
    expect(JSON.stringify(content)).not.toContain('SECRET');
  });

  it('of changes that it puts off is shown with the reason', () => {
    const { content } = summarize({
      complete: false,
      deferred_changes: [
        { reason: 'instance_count_unknown', resource_change: resource('terraform_data.many', ['create']) },
      ],
      deferred_action_invocations: [{ reason: 'provider_config_unknown', action_invocation: action }],
    });
    expect(content.complete).toBe(false);
    expect(content.deferred).toEqual([
      { address: 'terraform_data.many', reason: 'instance_count_unknown', actions: ['create'] },
      { address: action.address, reason: 'provider_config_unknown', actions: ['invoke'] },
    ]);
  });

  it('and nobody knows yet is named, and counted as more than can be shown', () => {
    const { content } = summarize({
      state_moves: [{ from: 'a', to: 'b' }],
      nothing_new: [],
      resource_changes: [
        resource('terraform_data.x', ['create'], { after_write_only: { token: true } }),
        { address: 'terraform_data.odd', change: 'see elsewhere' },
        5,
      ],
      output_changes: { odd: 5 },
      resource_drift: 'none',
    });
    expect(content.notShown).toEqual([
      'resource_changes: terraform_data.odd cannot be read',
      'resource_changes: an entry cannot be read',
      'resource_drift: it is no list',
      'output odd: it cannot be read',
      'after_write_only of 1 resource',
      'state_moves (1)',
    ]);
    expect(content.summary).toMatchObject({ add: 1, other: 6 });
  });

  it('in no JSON at all is a plan that cannot be shown, and no failure', () => {
    expect(readPlanJson('{"a": "SECRET", oops')).toBeNull();
    expect(readPlanJson('[1]')).toBeNull();
    const { content, applyable } = unshownPlan('terraform show ended with 1');
    expect(applyable).toBeNull();
    expect(content).toMatchObject({
      notShown: ['the whole plan: terraform show ended with 1'],
      summary: { other: 1 },
    });
  });
});

describe('a number that a double cannot hold', () => {
  it('is shown with all its digits', () => {
    const text =
      '{"resource_changes":[{"address":"a.b","change":{"actions":["create"],"after":{"n":9007199254740993,"s":"9007199254740993 1e400","t":1.5,"e":1e400}}}]}';
    const shown = readPlanJson(text);
    expect(shown?.resources[0]?.change.after).toEqual({
      n: '9007199254740993',
      s: '9007199254740993 1e400',
      t: 1.5,
      e: '1e400',
    });
  });

  it('is shown beside a text of any length', () => {
    const file = 'x'.repeat(20_000_000);
    const shown = readPlanJson(
      `{"resource_changes":[{"address":"a.b","change":{"actions":["create"],"after":{"file":"${file}"}}}]}`,
    );
    expect(shown?.resources).toHaveLength(1);
  });
});
