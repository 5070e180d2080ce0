import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { reservedVariable, type Failure } from '@berth/domain';
import { ProviderMirror } from '../support/provider-mirror.js';
import { failureOf, TerraformSlot } from '../support/terraform-slot.js';

let mirror: ProviderMirror;
let slot: TerraformSlot;

beforeEach(async () => {
  mirror = new ProviderMirror();
  await mirror.open();
  slot = new TerraformSlot();
  await slot.open();
  slot.cliConfigFile = mirror.cliConfigFile;
});
afterEach(async () => {
  await slot.close();
  await mirror.close();
});

type Files = Readonly<Record<string, string>>;

async function configure(files: Files): Promise<void> {
  for (const name of Object.keys(files)) {
    await mkdir(join(slot.work, dirname(name)), { recursive: true });
  }
  await slot.configure({ ...files });
}

async function failingInit(files: Files): Promise<Failure> {
  await configure(files);
  return failureOf('init', await slot.init());
}

async function failingPlan(files: Files, ...args: string[]): Promise<Failure> {
  await configure(files);
  return failureOf('plan', await slot.plan(...args));
}

const NOTHING = 'output "o" { value = 1 }\n';
const THING = 'resource "terraform_data" "x" {}\n';
const lock = (body: string): Files => ({ 'main.tf': NOTHING, '.terraform.lock.hcl': body });
const provider = (body: string): string => `provider "registry.terraform.io/a/b" {\n${body}\n}\n`;

describe('an init fails for good', () => {
  it.each<[string, string, Files]>([
    [
      'where the lock file has the marks of a merge',
      'TERRAFORM_LOCK_FILE_INVALID',
      lock(`<<<<<<< HEAD\n${provider('version = "1.0.0"')}=======\n>>>>>>> other\n`),
    ],
    [
      'where the lock file has no version',
      'TERRAFORM_LOCK_FILE_INVALID',
      lock(provider('version = "banana"')),
    ],
    [
      'where the lock file has a provider twice',
      'TERRAFORM_LOCK_FILE_INVALID',
      lock(provider('version = "1.0.0"').repeat(2)),
    ],
    [
      'where a module calls itself through another one',
      'TERRAFORM_MODULE_CYCLE',
      {
        'main.tf': 'module "a" { source = "./m" }\n',
        'm/main.tf': 'module "b" { source = "../n" }\n',
        'n/main.tf': 'module "c" { source = "../m" }\n',
      },
    ],
    [
      'where a module calls itself',
      'TERRAFORM_MODULE_CYCLE',
      { 'main.tf': 'module "a" { source = "./" }\n' },
    ],
    [
      'where a module lies above what was uploaded',
      'TERRAFORM_MODULE_OUTSIDE',
      { 'main.tf': 'module "a" { source = "../../modules/network" }\n' },
    ],
    [
      'where a module of a module lies there',
      'TERRAFORM_MODULE_OUTSIDE',
      {
        'main.tf': 'module "a" { source = "./m" }\n',
        'm/main.tf': 'module "b" { source = "../../modules/network" }\n',
      },
    ],
    [
      'where a module is missing in what was uploaded',
      'TERRAFORM_MODULE_INVALID',
      { 'main.tf': 'module "a" { source = "./modules/network" }\n' },
    ],
    [
      'where a built-in provider does not exist',
      'TERRAFORM_CONFIGURATION_INVALID',
      {
        'main.tf':
          'terraform {\n  required_providers {\n    nope = { source = "terraform.io/builtin/nope" }\n  }\n}\n',
      },
    ],
  ])('%s', async (_what, code, files) => {
    expect(await failingInit(files)).toMatchObject({ code, class: 'permanent' });
  });

  it('where a version is required that does not run, and names both', async () => {
    expect(
      await failingInit({ 'main.tf': 'terraform {\n  required_version = ">= 99.1"\n}\n' }),
    ).toMatchObject({
      code: 'TERRAFORM_VERSION_UNSUPPORTED',
      class: 'permanent',
      message: expect.stringMatching(/wants required_version ">= 99\.1", and version \d+\.\d+\.\d+ ran/),
    });
  });

  it('where a module lies above what was uploaded, and says how to upload it', async () => {
    const { message } = await failingInit({ 'main.tf': 'module "a" { source = "../shared" }\n' });

    expect(message).toMatch(/upload from the folder higher up .* set the workspace's workingDirectory/);
  });
});

describe('a plan fails for good', () => {
  it.each<[string, string, string, string[]]>([
    [
      'where values need each other',
      'TERRAFORM_CONFIGURATION_INVALID',
      'locals {\n  a = local.b\n  b = local.a\n}\n',
      [],
    ],
    [
      'where resources need each other',
      'TERRAFORM_CONFIGURATION_INVALID',
      'resource "terraform_data" "a" { input = terraform_data.b.id }\nresource "terraform_data" "b" { input = terraform_data.a.id }\n',
      [],
    ],
    [
      'where moves lead back',
      'TERRAFORM_CONFIGURATION_INVALID',
      'moved {\n  from = terraform_data.a\n  to = terraform_data.b\n}\nmoved {\n  from = terraform_data.b\n  to = terraform_data.a\n}\n',
      [],
    ],
    [
      'where a file is missing',
      'TERRAFORM_CONFIGURATION_INVALID',
      'output "o" { value = file("nope.txt") }\n',
      [],
    ],
    [
      'where a function cannot take its value',
      'TERRAFORM_CONFIGURATION_INVALID',
      'output "o" { value = tonumber("x") }\n',
      [],
    ],
    [
      'of a refresh that is to replace',
      'TERRAFORM_ARGUMENTS_INVALID',
      THING,
      ['-refresh-only', '-replace=terraform_data.x'],
    ],
    [
      'of a destroy that is to replace',
      'TERRAFORM_ARGUMENTS_INVALID',
      THING,
      ['-destroy', '-replace=terraform_data.x'],
    ],
    ['of a refresh that is to destroy', 'TERRAFORM_ARGUMENTS_INVALID', THING, ['-destroy', '-refresh-only']],
    ['of a target that is no address', 'TERRAFORM_ARGUMENTS_INVALID', THING, ['-target=a..b']],
    ['of a replacement of a module', 'TERRAFORM_ARGUMENTS_INVALID', THING, ['-replace=module.x']],
    ['of a flag that does not exist', 'TERRAFORM_ARGUMENTS_INVALID', THING, ['-nope']],
    [
      'where an import has nowhere to go',
      'TERRAFORM_IMPORT_INVALID',
      'import {\n  id = "x"\n  to = terraform_data.nowhere\n}\n',
      [],
    ],
    [
      'where a precondition does not hold',
      'TERRAFORM_PRECONDITION_FAILED',
      'variable "n" { default = 1 }\nresource "terraform_data" "x" {\n  lifecycle {\n    precondition {\n      condition     = var.n == 2\n      error_message = "no way"\n    }\n  }\n}\n',
      [],
    ],
    [
      'where a precondition of an output does not hold',
      'TERRAFORM_PRECONDITION_FAILED',
      'variable "n" { default = 1 }\noutput "o" {\n  value = 1\n  precondition {\n    condition     = var.n == 2\n    error_message = "no way"\n  }\n}\n',
      [],
    ],
    [
      'where a postcondition does not hold',
      'TERRAFORM_POSTCONDITION_FAILED',
      'resource "terraform_data" "x" {\n  input = "b"\n  lifecycle {\n    postcondition {\n      condition     = self.input == "a"\n      error_message = "no way"\n    }\n  }\n}\n',
      [],
    ],
  ])('%s', async (_what, code, main, args) => {
    expect(await failingPlan({ 'main.tf': main }, ...args)).toMatchObject({ code, class: 'permanent' });
  });

  it('where it would destroy what prevent_destroy protects', async () => {
    const kept = 'resource "terraform_data" "x" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n';
    await configure({ 'main.tf': kept });
    await slot.plan();
    expect(await slot.apply()).toMatchObject({ exitCode: 0 });

    expect(await failingPlan({ 'main.tf': kept }, '-destroy')).toMatchObject({
      code: 'TERRAFORM_PREVENT_DESTROY',
      class: 'permanent',
    });
  }, 30_000);

  it.each([
    ['list(string)', '["a"]'],
    ['map(number)', '{ a = 1 }'],
    ['object({ a = string })', '{ a = "b" }'],
    ['set(string)', '["a"]'],
    ['tuple([string, number])', '["a", 1]'],
    ['list(object({ a = any }))', '[{ a = 1 }]'],
  ])('where a variable of type %s got a string, and says to set hcl', async (type, value) => {
    await slot.configure({ 'main.tf': `variable "v" {\n  type = ${type}\n}\n` }, [
      { key: 'v', value, hcl: false },
    ]);

    expect(failureOf('plan', await slot.plan())).toMatchObject({
      code: 'TERRAFORM_VARIABLE_NEEDS_HCL',
      class: 'permanent',
      message: expect.stringContaining('set "hcl": true'),
    });
    await slot.give([{ key: 'v', value, hcl: true }]);
    expect(await slot.plan()).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['is of another type', 'type = number', 'abc'],
    [
      'breaks a rule of the configuration',
      'validation {\n  condition = var.v == "x"\n  error_message = "not x"\n}',
      'abc',
    ],
  ])('where a variable %s', async (_what, body, value) => {
    await slot.configure({ 'main.tf': `variable "v" {\n${body}\n}\n` }, [{ key: 'v', value, hcl: false }]);

    expect(failureOf('plan', await slot.plan())).toMatchObject({
      code: 'TERRAFORM_VARIABLE_INVALID',
      class: 'permanent',
    });
  });
});

describe('what the network has a part in is worth another try', () => {
  it.each<[string, string, string]>([
    ['a module', 'TERRAFORM_MODULE_DOWNLOAD_FAILED', 'module "a" { source = "http://127.0.0.1:1/m.zip" }\n'],
    [
      'a module of git',
      'TERRAFORM_MODULE_DOWNLOAD_FAILED',
      'module "a" { source = "git::http://127.0.0.1:1/m.git" }\n',
    ],
    [
      'a module of a registry',
      'TERRAFORM_MODULE_DOWNLOAD_FAILED',
      'module "a" { source = "registry.localhost:1/a/b/c" }\n',
    ],
  ])('%s', async (_what, code, main) => {
    expect(await failingInit({ 'main.tf': main })).toMatchObject({ code, class: 'transient' });
  });

  it('a state of another workspace', async () => {
    const main =
      'data "terraform_remote_state" "s" {\n  backend = "http"\n  config = {\n    address   = "http://127.0.0.1:1/"\n    retry_max = 0\n  }\n}\n';

    expect(await failingPlan({ 'main.tf': main })).toMatchObject({
      code: 'TERRAFORM_STATE_UNAVAILABLE',
      class: 'transient',
    });
  });
});

describe('a plan takes', () => {
  it.each([
    ['a refresh with targets', ['-refresh-only', '-target=terraform_data.x']],
    ['a destroy with targets', ['-destroy', '-target=terraform_data.x']],
    ['targets with what is to be replaced', ['-target=terraform_data.x', '-replace=terraform_data.x']],
  ])('%s', async (_what, args) => {
    await configure({ 'main.tf': THING });

    expect(await slot.plan(...args)).toMatchObject({ exitCode: 0 });
  });
});

describe('an apply of a saved plan does not look at', () => {
  it.each([['-target=terraform_data.x'], ['-replace=terraform_data.x'], ['-refresh-only'], ['-destroy']])(
    '%s, so that the api has to refuse it',
    async (argument) => {
      await configure({ 'main.tf': THING });
      await slot.plan();
      const applied = await slot.run(['apply', '-json', '-input=false', argument, slot.planFile]);

      expect(applied).toMatchObject({ exitCode: 0, appliedResources: 1 });
    },
  );
});

describe('a variable that the api refuses', () => {
  it.each([
    'source',
    'version',
    'providers',
    'count',
    'for_each',
    'lifecycle',
    'depends_on',
    'locals',
    'provider',
    '_',
  ])('cannot be declared: %s', async (name) => {
    expect(reservedVariable(name)).not.toBeNull();
    expect(await failingInit({ 'main.tf': `variable "${name}" {}\n` })).toMatchObject({
      class: 'permanent',
    });
  });

  it('is none of those that can', async () => {
    const names = ['_a', 'a-b', 'module', 'variable', 'local', 'each', 'self', 'for', 'null', 'path'];
    await configure({ 'main.tf': names.map((name) => `variable "${name}" {\n  default = 1\n}\n`).join('') });

    expect(await slot.plan()).toMatchObject({ exitCode: 0 });
    expect(names.map(reservedVariable)).toEqual(names.map(() => null));
  });
});
