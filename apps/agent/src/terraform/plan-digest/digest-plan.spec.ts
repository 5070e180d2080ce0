import { describe, expect, it } from '@jest/globals';
import { comparePlans, type PlanDigests } from '@berth/domain';
import fc from 'fast-check';
import { canonicalText } from './canonical-text.js';
import { digestPlan } from './digest-plan.js';
import type { PlanInputs } from './plan-settings.js';

interface Parts {
  readonly [key: string]: unknown;
}

const KEY = 'a key of the workspace';
const INPUTS: PlanInputs = {
  workingDirectory: '',
  workspace: 'w',
  engine: 'terraform',
  engineVersion: '1.11.4',
  options: { destroy: false, targets: [], replace: [], refreshOnly: false },
  variables: [],
  files: 'tree',
  modules: null,
  providers: null,
};

function digest(parts: Parts | string, inputs: Partial<PlanInputs> = {}, key = KEY): PlanDigests {
  const json = typeof parts === 'string' ? parts : JSON.stringify(parts);
  const digested = digestPlan({ json, key, keyId: 'k', inputs: { ...INPUTS, ...inputs } });
  if ('reason' in digested) {
    throw new Error(digested.reason);
  }
  return digested.digests;
}

const refreshOnly = { options: { ...INPUTS.options, refreshOnly: true } };
const effects = (parts: Parts | string, inputs?: Partial<PlanInputs>): string =>
  digest(parts, inputs).effects;

const resource = (change: Parts, rest: Parts = {}): Parts => ({
  address: 'terraform_data.x',
  mode: 'managed',
  type: 'terraform_data',
  name: 'x',
  change: { actions: ['update'], before_sensitive: {}, after_sensitive: {}, after_unknown: {}, ...change },
  ...rest,
});
const plan = (change: Parts, rest: Parts = {}): Parts => ({ resource_changes: [resource(change, rest)] });
const output = (change: Parts): Parts => ({ output_changes: { o: { actions: ['create'], ...change } } });
const update = { before: { id: 'i', a: 1, etag: 'x' }, after: { id: 'i', a: 2, etag: 'x' } };

describe('the effects of a plan', () => {
  it.each<[string, Parts, Parts]>([
    ['its time and what was read', { timestamp: '1', prior_state: { a: 1 } }, { timestamp: '2' }],
    [
      'what a provider makes up anew in a resource that stays',
      plan(update),
      plan({ before: { ...update.before, etag: 'y' }, after: { ...update.after, etag: 'y' } }),
    ],
    ['drift', plan(update), { ...plan(update), resource_drift: [resource(update)] }],
    ['what stays as it is', {}, plan({ actions: ['no-op'], before: { a: 1 }, after: { a: 1 } })],
    ['data of a check', {}, plan({ actions: ['read'] }, { action_reason: 'read_because_check_nested' })],
    ['data that is no longer read', {}, plan({ actions: ['delete'], before: { a: 1 } }, { mode: 'data' })],
    ['an output that stays', {}, { output_changes: { o: { actions: ['no-op'], after: 1 } } }],
    ['a minus before a nought', output({ after: { n: 0 } }), output({ after: { n: -0 } })],
    [
      'empty marks',
      plan(update),
      plan({ ...update, after_sensitive: { l: [{}, false] }, after_unknown: { l: [{}] } }),
    ],
    [
      'the order of what forces a replacement',
      plan({ ...update, replace_paths: [['a'], ['b', 0]] }),
      plan({ ...update, replace_paths: [['b', 0], ['a']] }),
    ],
    [
      'variables and configuration',
      {},
      { variables: { v: { value: 1 } }, configuration: { root_module: {} } },
    ],
  ])('pass over %s', (_what, one, other) => {
    expect(effects(one)).toBe(effects(other));
  });

  it.each<[string, Parts | string, Parts | string]>([
    [
      'another secret of the same shape',
      plan({ before: { p: 'OLD' }, after: { p: 'ONE' }, after_sensitive: { p: true } }),
      plan({ before: { p: 'OLD' }, after: { p: 'TWO' }, after_sensitive: { p: true } }),
    ],
    ['a mark of what is secret', plan(update), plan({ ...update, after_sensitive: { a: true } })],
    [
      'a number beyond 2^53',
      '{"output_changes":{"o":{"actions":["create"],"before":null,"after":9007199254740992}}}',
      '{"output_changes":{"o":{"actions":["create"],"before":null,"after":9007199254740993}}}',
    ],
    [
      'an unknown and null',
      plan({ ...update, after: {}, after_unknown: { a: true } }),
      plan({ ...update, after: { a: null } }),
    ],
    ['null and nothing', plan({ ...update, after: { a: null } }), plan({ ...update, after: {} })],
    ['an unknown and a text', output({ after_unknown: true }), output({ after: 'unknown' })],
    [
      'an unknown inside of what is made',
      output({ after: {}, after_unknown: { a: true } }),
      output({ after: {} }),
    ],
    [
      'another object',
      plan(update),
      plan({ before: { ...update.before, id: 'j' }, after: { ...update.after, id: 'j' } }),
    ],
    [
      'what is destroyed',
      plan({ actions: ['delete'], before: { a: 1 } }),
      plan({ actions: ['delete'], before: { a: 2 } }),
    ],
    [
      'delete and forget',
      plan({ actions: ['delete'], before: { a: 1 } }),
      plan({ actions: ['forget'], before: { a: 1 } }),
    ],
    [
      'the order of a replacement',
      plan({ ...update, actions: ['create', 'delete'] }),
      plan({ ...update, actions: ['delete', 'create'] }),
    ],
    ['why it is replaced', plan(update), plan(update, { action_reason: 'replace_because_tainted' })],
    ['nothing and a move', {}, plan({ actions: ['no-op'] }, { previous_address: 'terraform_data.y' })],
    [
      'what is imported',
      plan({ actions: ['no-op'], importing: { id: 'a' } }),
      plan({ actions: ['no-op'], importing: { id: 'b' } }),
    ],
    ['a deposed object and the one itself', plan(update), plan(update, { deposed: 'd00d' })],
    ['a change without actions and none', {}, plan({ actions: [] })],
    ['a part that nobody knows yet', { novelties: [1] }, { novelties: [2] }],
    ['a member of a change that nobody knows yet', plan(update), plan({ ...update, novelty: 1 })],
    ['a member of an entry that nobody knows yet', plan(update), plan(update, { novelty: 1 })],
    ['another form of the changes', {}, { resource_changes: { 'terraform_data.x': update } }],
    ['targets', { complete: false }, { complete: true }],
    ['invoked actions', { action_invocations: [{ address: 'action.a.b' }] }, {}],
    [
      'the order of a list',
      plan({ before: { l: [] }, after: { l: [1, 2] } }),
      plan({ before: { l: [] }, after: { l: [2, 1] } }),
    ],
    [
      'a key called constructor',
      plan({ before: {}, after: { constructor: 1 } }),
      plan({ before: {}, after: {} }),
    ],
  ])('tell apart %s', (_what, one, other) => {
    expect(effects(one)).not.toBe(effects(other));
  });

  it('are of drift where that is the plan', () => {
    const drift = { resource_drift: [resource(update)] };
    expect(effects(drift, refreshOnly)).not.toBe(effects({}, refreshOnly));
    expect(Object.keys(digest(drift, refreshOnly).entries ?? {})).toEqual(['drift of terraform_data.x']);
  });

  it('have neither an order of entries nor of keys', () => {
    const value = fc.jsonValue({ maxDepth: 2 });
    const entries = fc.uniqueArray(fc.tuple(fc.string(), value, value), { selector: ([name]) => name });
    fc.assert(
      fc.property(entries, (list) => {
        const resources = list.map(([name, before, after]) => resource({ before, after }, { address: name }));
        const turned = resources.map((one) => Object.fromEntries(Object.entries(one).reverse())).reverse();
        expect(digest({ resource_changes: turned })).toEqual(digest({ resource_changes: resources }));
      }),
    );
  });

  it('differ wherever a value does, and name its address alone', () => {
    const value = fc.jsonValue({ maxDepth: 2 });
    fc.assert(
      fc.property(value, value, (one, other) => {
        fc.pre(canonicalText(one) !== canonicalText(other));
        const made = (input: unknown): Parts => ({
          resource_changes: [
            resource({ actions: ['create'], before: null, after: { input } }),
            resource(update, { address: 'terraform_data.same' }),
          ],
        });
        expect(comparePlans(digest(made(one)), digest(made(other)))).toEqual({
          kind: 'different',
          entries: { added: [], gone: [], changed: ['terraform_data.x'] },
        });
      }),
    );
  });
});

describe('the context of a plan', () => {
  const configured = (root: Parts, rest: Parts = {}): Parts => ({
    configuration: { root_module: root, ...rest },
  });
  const command = (text: string): Parts =>
    configured({ resources: [{ address: 'terraform_data.x', provisioners: [{ command: text }] }] });

  it.each<[string, Parts, Parts, string]>([
    [
      'another variable',
      { variables: { v: { value: 'a' } } },
      { variables: { v: { value: 'b' } } },
      'variable v',
    ],
    ['another command of a provisioner', command('a'), command('b'), 'configuration of terraform_data.x'],
    [
      'another region of a provider',
      configured({}, { provider_config: { aws: { region: 'a' } } }),
      configured({}, { provider_config: { aws: { region: 'b' } } }),
      'provider aws',
    ],
    [
      'another module',
      configured({ module_calls: { m: { source: 'a' } } }),
      configured({ module_calls: { m: { source: 'b' } } }),
      'configuration of module.m',
    ],
    [
      'anything else of it',
      configured({ outputs: { o: 1 } }),
      configured({ outputs: { o: 2 } }),
      'configuration',
    ],
    ['another form of it', { configuration: 'a' }, { configuration: 'b' }, 'configuration'],
  ])('tells apart %s, which the effects do not, and names it', (_what, one, other, name) => {
    expect(comparePlans(digest(one), digest(other))).toEqual({ kind: 'same_effects', settings: [name] });
  });
});

describe('the inputs of a plan', () => {
  const variable = (value: string, more: Partial<PlanInputs['variables'][number]> = {}) => ({
    variables: [{ key: 'TOKEN', value, category: 'terraform' as const, hcl: false, ...more }],
  });

  it.each<[Partial<PlanInputs>, Partial<PlanInputs>, string]>([
    [{ files: 'a' }, { files: 'b' }, 'files'],
    [{ modules: 'a' }, { modules: null }, 'modules'],
    [{ providers: 'a' }, { providers: 'b' }, 'lock file'],
    [{ engineVersion: '1.11.4' }, { engineVersion: '1.11.5' }, 'engine'],
    [{ workingDirectory: '' }, { workingDirectory: 'b' }, 'working directory'],
    [{ workspace: 'a' }, { workspace: 'b' }, 'name of the workspace'],
    [{}, { options: { ...INPUTS.options, targets: ['a.b'] } }, 'options'],
    [variable('one'), variable('two'), 'variable TOKEN'],
    [variable('1'), variable('1', { hcl: true }), 'variable TOKEN'],
    [
      variable('one', { category: 'env' }),
      variable('two', { category: 'env' }),
      'environment variable TOKEN',
    ],
  ])('tell %j and %j apart, which no plan does, and name it: %s', (one, other, name) => {
    expect(comparePlans(digest({}, one), digest({}, other))).toEqual({
      kind: 'same_effects',
      settings: [name],
    });
  });

  it('have no order of variables and targets', () => {
    const variables = ['a', 'b'].map((key) => ({ key, value: key, category: 'env' as const, hcl: false }));
    const options = { ...INPUTS.options, targets: ['a.b', 'a.c'] };
    expect(digest({}, { variables, options })).toEqual(
      digest({}, { variables: [...variables].reverse(), options: { ...options, targets: ['a.c', 'a.b'] } }),
    );
  });
});

describe('the digests of a plan', () => {
  it('are others under another key, every one of them, so that nobody can guess a short secret from one', () => {
    const all = ({ effects: e, context, inputs, entries, settings }: PlanDigests): string[] => [
      e,
      context,
      inputs,
      ...Object.values(entries ?? {}),
      ...Object.values(settings ?? {}),
    ];
    const parts = { ...plan(update), variables: { v: { value: 'x' } } };
    const under = (key: string): string[] => all(digest(parts, {}, key));
    expect(under(KEY).filter((one) => under('another').includes(one))).toEqual([]);
    expect(under(KEY).length).toBeGreaterThan(10);
  });

  it('say nothing of equal values in two places', () => {
    const { entries } = digest({
      resource_changes: ['a', 'b'].map((name) => resource(update, { address: `terraform_data.${name}` })),
    });
    expect(new Set(Object.values(entries ?? {})).size).toBe(2);
  });

  it('keep no entries where these are too many, and say that the plans differ all the same', () => {
    const large = (last: number): PlanDigests =>
      digest({
        resource_changes: Array.from({ length: 20_000 }, (_, index) =>
          resource(
            { after: index === 0 ? last : 0 },
            { address: `terraform_data.x["${'k'.repeat(20)}${index}"]` },
          ),
        ),
      });
    expect(comparePlans(large(1), large(2))).toEqual({ kind: 'different', entries: null });
    expect(comparePlans(large(1), large(1))).toEqual({ kind: 'identical' });
  });

  it.each([
    ['of half a plan', '{"errored": true}', 'planning failed halfway'],
    [
      'of what is no JSON, and do not quote it',
      '{"password": "SECRET", oops',
      'its JSON could not be digested (SyntaxError)',
    ],
    ['of what is no plan', '[1]', 'its JSON is no object'],
    [
      'of what is nested too deeply',
      `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      'its JSON could not be digested (RangeError)',
    ],
  ])('are not made %s', (_what, json, reason) => {
    expect(digestPlan({ json, key: KEY, keyId: 'k', inputs: INPUTS })).toEqual({ reason });
  });
});
