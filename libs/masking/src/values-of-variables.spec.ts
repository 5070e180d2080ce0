import { describe, expect, it } from '@jest/globals';
import { valuesOfVariables } from './values-of-variables.js';

const sensitive = (value: string, hcl = false) => ({ value, hcl, sensitive: true });

describe('the values of variables', () => {
  it('are those of sensitive ones', () => {
    expect(valuesOfVariables([sensitive('one'), { value: 'two', hcl: false, sensitive: false }])).toEqual([
      'one',
    ]);
  });

  it('are also the texts in an expression, but not its names', () => {
    const value = '{ user = "some-body", "pass word" = "a \\"b\\" $${c}\\n", list = ["x-y-z"] }';
    expect(valuesOfVariables([sensitive(value, true)])).toEqual([
      value,
      'some-body',
      'a "b" ${c}\n',
      'x-y-z',
    ]);
    const unclosed = `"x" + "${'\\"'.repeat(100_000)}`;
    expect(valuesOfVariables([sensitive(unclosed, true)])).toEqual([unclosed, 'x']);
  });

  it('are also the texts in a document that are long or have the name of a secret', () => {
    const value = JSON.stringify({
      type: 'service_account',
      private_key: 'short!',
      client_email: 'robot@project.example.com',
      deep: [{ token: 'abc' }],
    });
    expect(valuesOfVariables([sensitive(value)])).toEqual([
      value,
      'short!',
      'robot@project.example.com',
      'abc',
    ]);
    expect(valuesOfVariables([sensitive('{broken')])).toEqual(['{broken']);
  });
});
