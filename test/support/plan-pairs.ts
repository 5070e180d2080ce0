import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DigestedPlans, PlanSide } from './digested-plans.js';
import { configurationWith } from './provider-mirror.js';

export type Verdict = 'same' | 'differ';

/** Two plans, and what is equal between them. The numbers are those of the table in docs/plan-digest.md. */
export interface PlanPair {
  readonly pairs: readonly string[];
  readonly what: string;
  /** Applied before the first of the two plans. */
  readonly applied?: PlanSide;
  readonly one: PlanSide;
  readonly other: PlanSide;
  readonly digests: readonly [effects: Verdict, context: Verdict, inputs: Verdict];
}

const main = (text: string): PlanSide => ({ files: { 'main.tf': text } });
/** With the tests' own provider. */
const fake = (text: string): PlanSide => ({ files: { 'main.tf': `${configurationWith('1.0.0')}\n${text}` } });
const data = (input: string): string => `resource "terraform_data" "x" { input = ${input} }\n`;
const drifted = (name: string, to: object) => async (plans: DigestedPlans) => {
  const world = join(plans.slot.work, '..', 'world.json');
  await writeFile(world, JSON.stringify({ [String(plans.attributesOf(name)['id'])]: to }));
  plans.slot.environment.set('FAKE_PROVIDER_WORLD', world);
};
const command = (text: string): string =>
  `resource "terraform_data" "x" {\n  provisioner "local-exec" { command = ${text} }\n}\n`;
const script = (text: string): PlanSide => ({ files: { 'main.tf': command('"sh ./s.sh"'), 's.sh': text } });
const variables = `
variable "word" { default = "none" }
variable "secret" {
  default   = "none"
  sensitive = true
}
`;
const TWO = `${data('1')}resource "terraform_data" "y" { input = 1 }\n`;
const SAME = ['same', 'same', 'same'] as const;
const WRITE_ONLY = (value: string): PlanSide =>
  fake(`
variable "token" {
  default   = "none"
  ephemeral = true
}
resource "fake_thing" "x" { once = ${value} }`);
const THINGS = (input: string): PlanSide =>
  fake(`resource "fake_thing" "x" { input = "${input}" }\nresource "fake_thing" "y" { input = "y" }`);

export const PLAN_PAIRS: readonly PlanPair[] = [
  {
    pairs: ['1'],
    what: 'the same twice, with timestamp() and uuid()',
    one: main(data('"${timestamp()} ${uuid()}"')),
    other: main(data('"${timestamp()} ${uuid()}"')),
    digests: SAME,
  },
  {
    pairs: ['2'],
    what: 'plantimestamp() in an output',
    one: main('output "at" { value = plantimestamp() }'),
    other: { ...main('output "at" { value = plantimestamp() }'), first: nextSecond },
    digests: ['differ', 'same', 'same'],
  },
  {
    pairs: ['3'],
    what: 'a data source with a new id each time, which nobody uses',
    one: fake(`${data('1')}data "fake_thing" "new" {}`),
    other: fake(`${data('1')}data "fake_thing" "new" {}`),
    digests: SAME,
  },
  {
    pairs: ['4'],
    what: 'a data source with a new id each time, which a resource uses',
    one: fake(`${data('data.fake_thing.new.id')}data "fake_thing" "new" {}`),
    other: fake(`${data('data.fake_thing.new.id')}data "fake_thing" "new" {}`),
    digests: ['differ', 'same', 'same'],
  },
  {
    pairs: ['5'],
    what: 'another secret of the same shape',
    one: { ...main(`${variables}${data('var.secret')}`), variables: { secret: 'ONE' } },
    other: { ...main(`${variables}${data('var.secret')}`), variables: { secret: 'TWO' } },
    digests: ['differ', 'differ', 'differ'],
  },
  {
    pairs: ['6'],
    what: 'a variable that nothing uses',
    one: { ...main(`${variables}${data('1')}`), variables: { word: 'one' } },
    other: { ...main(`${variables}${data('1')}`), variables: { word: 'two' } },
    digests: ['same', 'differ', 'differ'],
  },
  {
    pairs: ['7'],
    what: 'a provisioner’s command, changed in the text',
    one: main(command('"echo one"')),
    other: main(command('"echo two"')),
    digests: ['same', 'differ', 'differ'],
  },
  {
    pairs: ['8'],
    what: 'a provisioner’s command, changed through a variable',
    one: { ...main(`${variables}${command('var.word')}`), variables: { word: 'true' } },
    other: { ...main(`${variables}${command('var.word')}`), variables: { word: 'false' } },
    digests: ['same', 'differ', 'differ'],
  },
  {
    pairs: ['9'],
    what: 'all and a target of two',
    one: main(TWO),
    other: { ...main(TWO), targets: ['terraform_data.x'] },
    digests: ['differ', 'same', 'differ'],
  },
  {
    pairs: ['10'],
    what: 'all and the only one as the target',
    one: main(data('1')),
    other: { ...main(data('1')), targets: ['terraform_data.x'] },
    digests: ['differ', 'same', 'differ'],
  },
  {
    pairs: ['11'],
    what: 'files renamed, blocks in another order, comments',
    one: main(TWO),
    other: {
      files: {
        'one.tf': '# why\nresource "terraform_data" "y" { input = 1 }',
        'two.tf': 'resource "terraform_data" "x" { input = 1 }',
      },
    },
    digests: ['same', 'same', 'differ'],
  },
  {
    pairs: ['12'],
    what: 'replaced because somebody asked, and because it is tainted',
    applied: main(data('1')),
    one: { ...main(data('1')), replace: ['terraform_data.x'] },
    other: {
      ...main(data('1')),
      first: async ({ slot }) => {
        await slot.withBackend(async () => slot.run(['taint', 'terraform_data.x']));
      },
    },
    digests: ['differ', 'same', 'differ'],
  },
  {
    pairs: ['13'],
    what: 'nothing and a move',
    applied: main(data('1')),
    one: main(data('1')),
    other: main(
      `resource "terraform_data" "z" { input = 1 }\nmoved {\n  from = terraform_data.x\n  to   = terraform_data.z\n}`,
    ),
    digests: ['differ', 'differ', 'differ'],
  },
  {
    pairs: ['14'],
    what: 'destroyed because all is, and because its block is gone',
    applied: main(data('1')),
    one: { ...main(data('1')), destroy: true },
    other: main('# nothing'),
    digests: ['differ', 'differ', 'differ'],
  },
  {
    pairs: ['15'],
    what: 'forgotten and deleted',
    applied: main(data('1')),
    one: main('removed {\n  from = terraform_data.x\n  lifecycle { destroy = false }\n}'),
    other: main('removed {\n  from = terraform_data.x\n  lifecycle { destroy = true }\n}'),
    digests: ['differ', 'same', 'differ'],
  },
  {
    pairs: ['16'],
    what: 'drift of what the plan does not touch',
    applied: THINGS('before'),
    one: THINGS('after'),
    other: { ...THINGS('after'), first: drifted('y', { found: 'drifted' }) },
    digests: SAME,
  },
  {
    pairs: ['17'],
    what: 'noise in another attribute of what is updated',
    applied: THINGS('before'),
    one: THINGS('after'),
    other: { ...THINGS('after'), first: drifted('x', { found: 'noise' }) },
    digests: SAME,
  },
  {
    pairs: ['18'],
    what: 'drift in the very attribute that is updated',
    applied: THINGS('before'),
    one: THINGS('after'),
    other: { ...THINGS('after'), first: drifted('x', { input: 'drifted' }) },
    digests: ['differ', 'same', 'same'],
  },
  {
    pairs: ['19'],
    what: 'noise in what is deleted',
    applied: THINGS('before'),
    one: fake('resource "fake_thing" "y" { input = "y" }'),
    other: {
      ...fake('resource "fake_thing" "y" { input = "y" }'),
      first: drifted('x', { found: 'noise' }),
    },
    digests: SAME,
  },
  {
    pairs: ['20'],
    what: 'other drift in a plan that only refreshes',
    applied: THINGS('before'),
    one: { ...THINGS('before'), refreshOnly: true, first: drifted('x', { found: 'one' }) },
    other: { ...THINGS('before'), refreshOnly: true, first: drifted('x', { found: 'two' }) },
    digests: ['differ', 'same', 'same'],
  },
  {
    pairs: ['21'],
    what: '2^53 and 2^53 + 1',
    one: main(data('9007199254740992')),
    other: main(data('9007199254740993')),
    digests: ['differ', 'differ', 'differ'],
  },
  {
    pairs: ['22'],
    what: 'an unknown that became known',
    one: main(`${data('1')}resource "terraform_data" "y" { input = terraform_data.x.id }`),
    other: {
      ...main(`${data('1')}resource "terraform_data" "y" { input = terraform_data.x.id }`),
      first: async ({ slot }) => {
        await slot.plan('-target=terraform_data.x');
        await slot.apply();
      },
    },
    digests: ['differ', 'same', 'same'],
  },
  {
    pairs: ['23'],
    what: 'another serial of the state, whose content is the same',
    applied: main(data('1')),
    one: main(data('2')),
    other: {
      ...main(data('2')),
      first: async ({ slot }) => {
        const state = JSON.parse(slot.server.states.get('/state') ?? '{}') as { serial: number };
        slot.server.states.set('/state', JSON.stringify({ ...state, serial: state.serial + 1 }));
        return Promise.resolve();
      },
    },
    digests: SAME,
  },
  {
    pairs: ['24'],
    what: 'without a refresh where nothing has drifted',
    applied: THINGS('before'),
    one: THINGS('after'),
    other: { ...THINGS('after'), arguments: ['-refresh=false'] },
    digests: SAME,
  },
  {
    pairs: ['25'],
    what: 'only the mark of a secret',
    applied: main(data('"x"')),
    one: main(data('"x"')),
    other: main(data('sensitive("x")')),
    digests: ['differ', 'differ', 'differ'],
  },
  {
    pairs: ['26'],
    what: 'an import of another id',
    one: main(`${data('1')}import {\n  to = terraform_data.x\n  id = "one"\n}`),
    other: main(`${data('1')}import {\n  to = terraform_data.x\n  id = "two"\n}`),
    digests: ['differ', 'same', 'differ'],
  },
  {
    pairs: ['27'],
    what: 'create_before_destroy',
    applied: main('resource "terraform_data" "x" { triggers_replace = 1 }'),
    one: main('resource "terraform_data" "x" { triggers_replace = 2 }'),
    other: main(
      'resource "terraform_data" "x" {\n  triggers_replace = 2\n  lifecycle { create_before_destroy = true }\n}',
    ),
    digests: ['differ', 'same', 'differ'],
  },
  {
    pairs: ['28'],
    what: 'the data source of a check',
    one: fake(CHECK()),
    other: fake(CHECK()),
    digests: SAME,
  },
  {
    pairs: ['29'],
    what: 'the content of a file that filesha256() reads',
    one: { files: { 'main.tf': data('filesha256("f.txt")'), 'f.txt': 'one' } },
    other: { files: { 'main.tf': data('filesha256("f.txt")'), 'f.txt': 'two' } },
    digests: ['differ', 'same', 'differ'],
  },
  {
    pairs: ['30', '34'],
    what: 'a file that is read when the plan is applied',
    one: script('echo one'),
    other: script('echo two'),
    digests: ['same', 'same', 'differ'],
  },
  {
    pairs: ['31'],
    what: 'a constant in a write-only argument',
    one: WRITE_ONLY('"one"'),
    other: WRITE_ONLY('"two"'),
    digests: ['same', 'differ', 'differ'],
  },
  {
    pairs: ['32'],
    what: 'an ephemeral variable in a write-only argument',
    one: { ...WRITE_ONLY('var.token'), variables: { token: 'one' } },
    other: { ...WRITE_ONLY('var.token'), variables: { token: 'two' } },
    digests: ['same', 'same', 'differ'],
  },
  {
    pairs: ['33'],
    what: 'another region of the provider',
    one: fake('provider "fake" { region = "one" }\nresource "fake_thing" "x" {}'),
    other: fake('provider "fake" { region = "two" }\nresource "fake_thing" "x" {}'),
    digests: ['same', 'differ', 'differ'],
  },
  {
    pairs: ['35'],
    what: 'an environment variable',
    one: { ...main(data('1')), environment: { PLACE: 'one' } },
    other: { ...main(data('1')), environment: { PLACE: 'two' } },
    digests: ['same', 'same', 'differ'],
  },
];

function CHECK(): string {
  return `${data('1')}check "c" {
  data "fake_thing" "new" {}
  assert {
    condition     = data.fake_thing.new.id != ""
    error_message = "no id"
  }
}`;
}

/** Terraform's times have whole seconds. */
async function nextSecond(): Promise<void> {
  const second = (): number => Math.floor(Date.now() / 1_000);
  const began = second();
  while (second() === began) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
