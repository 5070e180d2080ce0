import { describe, expect, it } from '@jest/globals';
import { compareStates } from './compare-states.js';
import { insideOf } from './state-instances.js';

interface Instance {
  readonly attributes: object;
  readonly index_key?: string | number;
  readonly sensitive_attributes?: unknown[];
}

const resource = (type: string, name: string, ...instances: Instance[]): object => ({
  mode: 'managed',
  type,
  name,
  instances,
});
const state = (resources: object[], outputs: object = {}) =>
  insideOf(Buffer.from(JSON.stringify({ version: 4, serial: 1, lineage: 'l', resources, outputs })));
const changes = (before: object[], after: object[]) => compareStates(state(before), state(after)).resources;

describe('two versions of a state', () => {
  it('differ by what was added, removed and changed, value by value', () => {
    const before = [
      resource('aws_instance', 'web', {
        attributes: { size: 1, tags: { Name: 'a', 'cost center': 'x' }, rules: [{ port: 80 }, { port: 81 }] },
      }),
      resource('aws_instance', 'old', { attributes: { size: 1 } }),
      resource('aws_instance', 'same', { attributes: { size: 1, list: [1, 2] } }),
    ];
    const after = [
      resource('aws_instance', 'web', {
        attributes: { size: 2, tags: { Name: 'a' }, rules: [{ port: 80 }, { port: 443 }], zone: null },
      }),
      { ...resource('aws_vpc', 'main', { attributes: {}, index_key: 'eu' }), module: 'module.net' },
      resource('aws_instance', 'same', { attributes: { list: [1, 2], size: 1 } }),
    ];
    expect(changes(before, after)).toEqual([
      {
        address: 'aws_instance.old',
        type: 'aws_instance',
        change: 'removed',
        attributes: [],
        attributesLeftOut: 0,
      },
      {
        address: 'aws_instance.web',
        type: 'aws_instance',
        change: 'changed',
        attributes: [
          { path: 'rules[1].port', before: 81, after: 443 },
          { path: 'size', before: 1, after: 2 },
          { path: 'tags["cost center"]', before: 'x', after: null },
        ],
        attributesLeftOut: 0,
      },
      {
        address: 'module.net.aws_vpc.main["eu"]',
        type: 'aws_vpc',
        change: 'added',
        attributes: [],
        attributesLeftOut: 0,
      },
    ]);
  });

  it('tell no value that either of them marks, or that is called like a secret', () => {
    const marks = [
      [{ type: 'get_attr', value: 'user_data' }],
      [
        { type: 'get_attr', value: 'env' },
        { type: 'index', value: { value: 'KEY', type: 'string' } },
      ],
    ];
    const attributes = {
      user_data: 'was',
      env: { KEY: 'was', PLAIN: 'was' },
      db_password: 'was',
      note: 'was',
    };
    const now = {
      user_data: 'planted',
      env: { KEY: 'planted', PLAIN: 'is' },
      db_password: 'planted',
      note: 'is',
    };
    const found = [
      ...changes(
        [resource('t', 'one', { attributes })],
        [resource('t', 'one', { attributes: now, sensitive_attributes: marks })],
      ),
      ...changes(
        [resource('random_password', 'p', { attributes: { result: 'was' } })],
        [resource('random_password', 'p', { attributes: { result: 'planted' } })],
      ),
    ];
    const hidden = { before: '(sensitive)', after: '(sensitive)' };
    expect(found.flatMap((one) => one.attributes)).toEqual([
      { path: 'db_password', ...hidden },
      { path: 'env.KEY', ...hidden },
      { path: 'env.PLAIN', before: 'was', after: 'is' },
      { path: 'note', before: 'was', after: 'is' },
      { path: 'user_data', ...hidden },
      { path: 'result', ...hidden },
    ]);
    expect(JSON.stringify(found)).not.toContain('planted');
  });

  it('tell which outputs differ, and of the sensitive ones only that', () => {
    const before = { url: { value: 'a' }, gone: { value: 1 }, key: { value: 'planted', sensitive: true } };
    const after = { url: { value: { host: 'b' } }, key: { value: 'planted too' }, fresh: { value: [1] } };
    expect(compareStates(state([], before), state([], after)).outputs).toEqual([
      { name: 'fresh', change: 'added', sensitive: false, before: null, after: '[1]' },
      { name: 'gone', change: 'removed', sensitive: false, before: '1', after: null },
      { name: 'key', change: 'changed', sensitive: true, before: '(sensitive)', after: '(sensitive)' },
      { name: 'url', change: 'changed', sensitive: false, before: '"a"', after: '{"host":"b"}' },
    ]);
  });

  it('say how much is left out of what is too much to read', () => {
    const many = (size: number) =>
      Array.from({ length: 5_010 }, (_, n) => resource('t', `r${n}`, { attributes: { size } }));
    const { resources, resourcesLeftOut } = compareStates(state(many(1)), state(many(2)));
    expect([resources.length, resourcesLeftOut]).toEqual([5_000, 10]);
    const wide = (value: number) =>
      Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`a${n}`, value]));
    const [one] = changes(
      [resource('t', 'one', { attributes: wide(1) })],
      [resource('t', 'one', { attributes: wide(2) })],
    );
    expect([one?.attributes.length, one?.attributesLeftOut]).toEqual([200, 100]);
  });

  it('are nothing beside one another where there is no state', () => {
    expect(compareStates(insideOf(Buffer.alloc(0)), state([]))).toEqual({
      resources: [],
      resourcesLeftOut: 0,
      outputs: [],
    });
    expect(() => insideOf(Buffer.from('{"resources": 1}'))).toThrow(/no state of format 4/);
  });
});
