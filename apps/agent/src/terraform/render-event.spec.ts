import { describe, expect, it } from '@jest/globals';
import { renderEvent } from './render-event.js';
import { emergencyState, parseEvent } from './terraform-events.js';

function render(event: Record<string, unknown>): string | null {
  const parsed = parseEvent(JSON.stringify({ '@level': 'info', '@message': '', ...event }));
  if (parsed === null) {
    throw new Error('that is no event');
  }
  return renderEvent(parsed);
}

const resource = { addr: 'terraform_data.b', module: '' };

describe('renderEvent', () => {
  it('prints progress as terraform does', () => {
    expect(
      render({
        type: 'apply_start',
        '@message': 'terraform_data.b: Creating...',
        hook: { resource, action: 'create' },
      }),
    ).toBe('terraform_data.b: Creating...');
    expect(
      render({
        type: 'apply_start',
        '@message': 'data.x.y: Refreshing...',
        hook: { resource: { addr: 'data.x.y' }, action: 'read' },
      }),
    ).toBe('data.x.y: Reading...');
    expect(
      render({
        type: 'provision_progress',
        '@message': 'terraform_data.b: (local-exec): hello',
        hook: { resource, provisioner: 'local-exec', output: 'hello' },
      }),
    ).toBe('terraform_data.b (local-exec): hello');
  });

  it('leaves out what the diff says better', () => {
    expect(render({ type: 'version', '@message': 'Terraform 1.11.4' })).toBeNull();
    expect(render({ type: 'planned_change', '@message': 'x: Plan to create' })).toBeNull();
    expect(
      render({
        type: 'change_summary',
        '@message': 'Plan: 1 to add.',
        changes: { add: 1, change: 0, remove: 0, operation: 'plan' },
      }),
    ).toBeNull();
    expect(
      render({
        type: 'outputs',
        '@message': 'Outputs: 1',
        outputs: { o: { sensitive: false, action: 'create' } },
      }),
    ).toBeNull();
  });

  it('sets the summary and the outputs of an apply off with a blank line', () => {
    expect(
      render({
        type: 'change_summary',
        '@message': 'Apply complete! Resources: 1 added, 0 changed, 0 destroyed.',
        changes: { add: 1, change: 0, remove: 0, operation: 'apply' },
      }),
    ).toBe('\nApply complete! Resources: 1 added, 0 changed, 0 destroyed.');
    expect(
      render({
        type: 'outputs',
        outputs: {
          z: { sensitive: true, type: 'string' },
          a: { sensitive: false, type: 'string', value: 'x "y"' },
          m: { sensitive: false, value: { k: ['v', 1, true, null], e: {} } },
        },
      }),
    ).toBe(
      '\nOutputs:\n\na = "x \\"y\\""\nm = {\n  "k" = [\n    "v",\n    1,\n    true,\n    null,\n  ]\n  "e" = {}\n}\nz = <sensitive>',
    );
  });

  it('prints an error with its address, its place, the code there and the values in it', () => {
    expect(
      render({
        type: 'diagnostic',
        diagnostic: {
          severity: 'error',
          summary: 'Invalid index',
          detail: 'The given key does not identify an element.',
          address: 'terraform_data.b',
          range: { filename: 'main.tf', start: { line: 17, column: 3, byte: 9 }, end: {} },
          snippet: {
            context: 'resource "terraform_data" "b"',
            code: '  input = var.l[5]\n}',
            start_line: 17,
            values: [{ traversal: 'var.l', statement: 'is list of string with 2 elements' }],
          },
        },
      }),
    ).toBe(
      [
        '',
        'Error: Invalid index',
        '',
        '  with terraform_data.b,',
        '  on main.tf line 17, in resource "terraform_data" "b":',
        '  17:   input = var.l[5]',
        '  18: }',
        '    ├────────────────',
        '    │ var.l is list of string with 2 elements',
        '',
        'The given key does not identify an element.',
      ].join('\n'),
    );
  });

  it('prints a warning without a place', () => {
    expect(
      render({ type: 'diagnostic', diagnostic: { severity: 'warning', summary: 'S', detail: '' } }),
    ).toBe('\nWarning: S');
  });

  it("shows no line of a file that holds variables' values", () => {
    const text = render({
      type: 'diagnostic',
      diagnostic: {
        severity: 'error',
        summary: 'Unterminated template string',
        detail: 'No closing marker was found for the string.',
        range: { filename: '/slots/1/variables/berth-variable-token.tfvars', start: { line: 1 } },
        snippet: { context: null, code: 'token = "SECRET', start_line: 1, values: [] },
      },
    });

    expect(text).toContain('on berth-variable-token.tfvars line 1');
    expect(text).not.toContain('SECRET');
  });

  it('shows no value of a variable that differs from the plan, which terraform quotes', () => {
    const text = render({
      type: 'diagnostic',
      diagnostic: {
        severity: 'warning',
        summary: 'Ignoring variable when applying a saved plan',
        detail:
          'The saved plan specifies "SECRET1" as the value whereas during apply the value "SECRET2" was set.',
      },
    });

    expect(text).toContain('Ignoring variable');
    expect(text).not.toContain('SECRET');
  });

  it('prints the message of an event that it does not know', () => {
    expect(render({ type: 'ephemeral_op_start', '@message': 'ephemeral.x: Opening...' })).toBe(
      'ephemeral.x: Opening...',
    );
  });
});

describe('parseEvent', () => {
  it('takes no other line for an event', () => {
    expect(parseEvent('panic: runtime error')).toBeNull();
    expect(parseEvent('{"a": ')).toBeNull();
    expect(parseEvent('{"message": "of a provider"}')).toBeNull();
  });

  it('keeps an event of which a part has another shape', () => {
    expect(parseEvent('{"type":"diagnostic","@message":"Error: x","diagnostic":7}')).toMatchObject({
      '@message': 'Error: x',
    });
  });
});

describe('emergencyState', () => {
  it('cuts the state out of its line to the letter, and prints none of it', () => {
    const state = '{"version":4,"serial":12345678901234567890,"outputs":{"o":{"value":"}\\"SECRET"}}}';
    const line = `{"@level":"info","@message":"Emergency state dump","@module":"terraform.ui","@timestamp":"2026-01-01T00:00:00Z","state":${state},"type":"log"}`;

    expect(emergencyState(line)).toBe(state);
    expect(renderEvent(parseEvent(line)!)).toBe('Emergency state dump');
    expect(emergencyState(`{"@level":"error","@message":"Emergency state dump","state":${state}}`)).toBe(
      state,
    );
    expect(emergencyState('{"@message":"Stopping operation...","type":"log"}')).toBeNull();
  });
});
