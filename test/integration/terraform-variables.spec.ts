import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { classifyFailure } from '../../apps/agent/src/terraform/failure-classes.js';
import { TerraformSlot } from '../support/terraform-slot.js';

let slot: TerraformSlot;

beforeEach(async () => {
  slot = new TerraformSlot();
  await slot.open();
});
afterEach(async () => {
  await slot.close();
});

const echo = (name: string, type: string): string =>
  `variable "${name}" { type = ${type} }\noutput "${name}" { value = var.${name} }\n`;

async function planned(name: string): Promise<unknown> {
  return (await slot.show()).content.outputs.find((output) => output.name === name)?.after;
}

describe("a workspace's variables", () => {
  it('arrive as they are: strings to the letter, converted where another type is declared, expressions read', async () => {
    await slot.configure(
      {
        'main.tf': echo('s', 'string') + echo('n', 'number') + echo('b', 'bool') + echo('l', 'list(string)'),
      },
      [
        { key: 's', value: '${x} %{y} "q" \\ \nü', hcl: false },
        { key: 'n', value: '5', hcl: false },
        { key: 'b', value: 'true', hcl: false },
        { key: 'l', value: '["a", "b"]', hcl: true },
      ],
    );
    expect(await slot.plan()).toMatchObject({ exitCode: 0, diagnostics: [] });

    expect(await planned('s')).toBe('${x} %{y} "q" \\ \nü');
    expect(await planned('n')).toBe(5);
    expect(await planned('b')).toBe(true);
    expect(await planned('l')).toEqual(['a', 'b']);
  });

  it.each([
    'terraform.tfvars',
    'terraform.tfvars.json',
    'zzz.auto.tfvars',
    '~~.auto.tfvars',
    'überall.auto.tfvars',
    '~~~.auto.tfvars.json',
  ])("win over the configuration's own %s", async (name) => {
    const own = name.endsWith('.json') ? '{"a": "user", "b": []}' : 'a = "user"\nb = []\n';
    await slot.configure(
      {
        'main.tf': echo('a', 'string') + echo('b', 'list(string)'),
        [name]: own,
      },
      [
        { key: 'a', value: 'workspace', hcl: false },
        { key: 'b', value: '["workspace"]', hcl: true },
      ],
    );
    await slot.plan();

    expect(await planned('a')).toBe('workspace');
    expect(await planned('b')).toEqual(['workspace']);
  });

  it('stand nowhere in the folder that a configuration may pack', async () => {
    await slot.configure({ 'main.tf': echo('token', 'string') }, [
      { key: 'token', value: 'SECRET', hcl: false },
    ]);
    await slot.plan();

    for (const path of await readdir(slot.work)) {
      const content = await readFile(join(slot.work, path), 'latin1').catch(() => '');
      expect(content).not.toContain('SECRET');
    }
  });

  it('cost a warning where no configuration declares them', async () => {
    await slot.configure({ 'main.tf': 'output "o" { value = 1 }' }, [
      { key: 'other', value: 'SECRET', hcl: false },
    ]);

    expect(await slot.plan()).toMatchObject({
      exitCode: 0,
      diagnostics: [{ severity: 'warning', summary: 'Value for undeclared variable' }],
    });
    expect(slot.log).not.toContain('SECRET');
  });

  it('fail with their name and without their text where they are no expressions', async () => {
    await slot.configure({ 'main.tf': echo('m', 'map(string)') }, [
      { key: 'm', value: '{ a = "SECRET }', hcl: true },
    ]);
    const run = await slot.plan();
    const failure = classifyFailure({ ...run, step: 'plan', stderr: run.stderrTail });

    expect(failure).toMatchObject({ code: 'TERRAFORM_CONFIGURATION_INVALID', class: 'permanent' });
    expect(failure.message).toContain('berth-variable-m.tfvars');
    expect(slot.log + failure.message).not.toContain('SECRET');
  });

  it('fail without their text where a sensitive one has the wrong type', async () => {
    await slot.configure({ 'main.tf': 'variable "n" {\n type = number\n sensitive = true\n}\n' }, [
      { key: 'n', value: 'SECRET', hcl: false },
    ]);

    expect(await slot.plan()).toMatchObject({ exitCode: 1 });
    expect(slot.log).toContain('Invalid value for input variable');
    expect(slot.log).not.toContain('SECRET');
  });
});

describe('a variable that has changed since the plan', () => {
  it('is applied as it was planned, and neither value is told', async () => {
    const main = `
      variable "secret" {
        type      = string
        sensitive = true
      }
      resource "terraform_data" "a" { input = var.secret }`;
    await slot.configure({ 'main.tf': main }, [{ key: 'secret', value: 'SECRET', hcl: false }]);
    await slot.plan();
    await slot.give([{ key: 'secret', value: 'CHANGED', hcl: false }]);
    const applied = await slot.apply();

    expect(applied).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect(JSON.stringify(slot.state)).toContain('SECRET');
    expect(slot.log).not.toMatch(/SECRET|CHANGED/);
  });

  it('is taken anew where it is ephemeral', async () => {
    const main = `
      variable "token" {
        type      = string
        ephemeral = true
      }
      resource "terraform_data" "a" {
        provisioner "local-exec" {
          command     = "printf %s \\"$TOKEN\\" > token"
          environment = { TOKEN = var.token }
        }
      }`;
    await slot.configure({ 'main.tf': main }, [{ key: 'token', value: 'ONE', hcl: false }]);
    expect(await slot.plan()).toMatchObject({ exitCode: 0, diagnostics: [] });
    await slot.give([{ key: 'token', value: 'TWO', hcl: false }]);

    expect(await slot.applyGiven()).toMatchObject({ exitCode: 0 });
    expect(slot.log).not.toMatch(/ONE|TWO/);
  });
});
