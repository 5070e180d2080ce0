// What a plan and an apply cost: on an agent that has nothing, with its store of providers, after an equal init, and warm.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import type { Task } from '@berth/contracts';
import { findTerraform } from '../test/chaos/find-terraform.js';
import { DEFAULT_PACE } from '../test/chaos/pace.js';
import { World } from '../test/chaos/world.js';
import { ApiCaller } from '../test/support/api-caller.js';
import { findProvider, packMirror, type MirroredProvider } from './packed-mirror.js';
import { table, type Measured } from './warm-and-cold-table.js';

const HELP = `Usage: npm run bench:warm -- [--runs 10] [--mirror DIR]

  --runs N      how often each row is measured (10)
  --mirror DIR  an unpacked filesystem mirror: its first provider is what init installs (else none: the built-in one)`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    mirror: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** After a confirmation the api is left alone for so long: our own looking must not slow down what we measure. */
const SILENCE_MS = 300;

/** What the agent has before a plan or a cold apply: nothing, its providers, or also the inits of before. */
type Has = 'nothing' | 'providers' | 'inits';

/** The aws provider asks its cloud nothing with these; any other provider is only required. */
function configuration(provider: MirroredProvider | null): Record<string, string> {
  const required =
    provider === null
      ? ''
      : `terraform {\n  required_providers {\n    it = {\n      source  = "${provider.source}"\n      version = "${provider.version}"\n    }\n  }\n}\n`;
  const aws =
    provider?.source.endsWith('/hashicorp/aws') === true
      ? `provider "it" {
  region                      = "eu-west-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
}
data "aws_iam_policy_document" "any" {
  provider = it
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}
`
      : '';
  return {
    'main.tf': `${required}${aws}variable "word" { default = "none" }
resource "terraform_data" "one" {
  input = var.word
}
`,
  };
}

class Bench {
  private words = 0;

  constructor(
    private readonly world: World,
    private readonly api: ApiCaller,
    private readonly workspaceId: string,
  ) {}

  async plan(has: Has): Promise<Measured> {
    await this.leave(has);
    return phaseOf(await this.planned('plan', 'succeeded'), 'plan');
  }

  async coldApply(has: Has): Promise<Measured> {
    const plan = await this.planned('plan', 'succeeded');
    await this.leave(has);
    const { id } = await this.api.task(this.workspaceId, 'apply', { planTaskId: plan.id, autoApply: true });
    return phaseOf(await this.api.reaches(id, 'succeeded'), 'apply');
  }

  async warmApply(): Promise<Measured> {
    const { id } = await this.planned('plan_and_apply', 'apply_pending');
    await this.api.expect('POST', `/api/v1/tasks/${id}/confirm`, {});
    await delay(SILENCE_MS);
    return phaseOf(await this.api.reaches(id, 'succeeded'), 'apply');
  }

  private async planned(operation: string, status: Task['status']): Promise<Task> {
    await this.api.expect('PUT', `/api/v1/workspaces/${this.workspaceId}/variables/word`, {
      value: `word ${(this.words += 1)}`,
      category: 'terraform',
    });
    const { id } = await this.api.task(this.workspaceId, operation);
    return this.api.reaches(id, status);
  }

  /** Nothing runs in the agent now, and its slots are emptied. */
  private async leave(has: Has): Promise<void> {
    const home = join(this.world.home, 'agent-1');
    if (has !== 'inits') {
      await rm(join(home, 'inits'), { recursive: true, force: true });
    }
    if (has === 'nothing') {
      const store = join(home, 'providers');
      // Its packages are read-only. Before the first plan there is no store.
      await promisify(execFile)('chmod', ['-R', 'u+w', store]).catch(() => undefined);
      await rm(store, { recursive: true, force: true });
    }
  }
}

function phaseOf(task: Task, phase: 'plan' | 'apply'): Measured {
  const record = task.phases[phase];
  if (record === undefined) {
    throw new Error(`task ${task.id} has no ${phase}`);
  }
  const at = (time: string | null | undefined): number => Date.parse(time ?? '');
  const begun = task.operation === 'apply' ? task.createdAt : task.confirmedAt;
  return {
    initSeconds: record.init?.seconds ?? 0,
    totalSeconds: (at(record.finishedAt) - at(record.startedAt)) / 1_000,
    toProcessMs: at(record.processStartedAt) - at(begun),
    toVersionMs: at(record.versionLineAt) - at(record.processStartedAt),
    toChangeMs: at(record.firstChangeAt) - at(record.processStartedAt),
  };
}

async function measure(
  runs: number,
  cliConfig: string | null,
  provider: MirroredProvider | null,
  trust: boolean,
): Promise<Map<string, Measured[]>> {
  const world = await World.create({
    terraform: findTerraform(),
    crew: { api: 1, registry: 1, scheduler: 1, agent: 1 },
    pace: {
      ...DEFAULT_PACE,
      agent: {
        BERTH_TRUST_PROVIDER_STORE: String(trust),
        ...(cliConfig === null ? {} : { BERTH_TERRAFORM_CLI_CONFIG: cliConfig }),
      },
    },
    tell: console.error,
  });
  const rows = new Map<string, Measured[]>();
  try {
    const api = new ApiCaller(world.apiUrls[0] ?? '', world.apiKey);
    const { id } = await api.workspace('bench-warm', configuration(provider));
    const bench = new Bench(world, api, id);
    const scenarios: Record<string, () => Promise<Measured>> = {
      'plan, nothing there': async () => bench.plan('nothing'),
      'plan, providers in the store': async () => bench.plan('providers'),
      'plan, after an equal init': async () => bench.plan('inits'),
      'apply cold, nothing there': async () => bench.coldApply('nothing'),
      'apply cold, providers in the store': async () => bench.coldApply('providers'),
      'apply warm': async () => bench.warmApply(),
    };
    for (let run = 1; run <= runs; run += 1) {
      for (const [name, scenario] of Object.entries(scenarios)) {
        const measured = await scenario();
        rows.set(name, [...(rows.get(name) ?? []), measured]);
        console.error(
          `run ${run} of ${runs}${trust ? ', store trusted' : ''}: ${name}, ${measured.totalSeconds} s`,
        );
      }
    }
  } finally {
    await world.stop();
  }
  return rows;
}

async function main(): Promise<void> {
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) {
    throw new Error(`--runs must be a whole number from 1 on, and was ${values.runs}`);
  }
  const provider = values.mirror === undefined ? null : await findProvider(values.mirror);
  const scratch = await mkdtemp(join(tmpdir(), 'berth-bench-'));
  try {
    console.error(
      provider === null ? 'the built-in provider' : `packing ${provider.source} ${provider.version}`,
    );
    const cliConfig = provider === null ? null : await packMirror(provider, join(scratch, 'mirror'));
    for (const trust of provider === null ? [false] : [false, true]) {
      const rows = await measure(runs, cliConfig, provider, trust);
      const what = provider === null ? 'built-in provider' : `${provider.source} ${provider.version}`;
      console.log(`\n${what}, medians of ${runs} runs${trust ? ', BERTH_TRUST_PROVIDER_STORE=true' : ''}`);
      console.log(table(rows));
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

if (values.help) {
  console.log(HELP);
} else {
  await main();
}
