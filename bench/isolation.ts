// What it costs to keep runs apart: a process start, and the way from a confirmation to terraform's process, at each level.
import { chmod, chown, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Task } from '@berth/contracts';
import { freePort } from '@berth/private-servers';
import type * as removing from '../apps/agent/src/disk/remove-all.js';
import { ApiCaller } from '../test/support/api-caller.js';
import { pathWithBubblewrap } from '../test/support/bubblewrap-program.js';
import { ORDINARY, openFolders } from '../test/support/ordinary-user.js';
import { ServiceProcess } from '../test/support/service-process.js';
import { startBuildPlatform, type BuildPlatform } from './build-platform.js';
import { answerStarts, Starter, type BenchedLevel } from './isolation-starts.js';

const { removeAll } = (await import(resolve('apps/agent/dist/disk/remove-all.js'))) as typeof removing;

const { values } = parseArgs({
  options: {
    starts: { type: 'string' },
    rounds: { type: 'string', default: '60' },
    runs: { type: 'string', default: '20' },
  },
});

/** After a confirmation the api is left alone for so long: our own looking must not slow down what we measure. */
const SILENCE_MS = 300;
const SCRIPT = fileURLToPath(import.meta.url);

async function levelsHere(): Promise<BenchedLevel[]> {
  const isRoot = process.getuid?.() === 0;
  const own = await openFolders(process.env['PATH'] ?? '');
  const none: BenchedLevel = { name: 'none', level: 'none', path: own, user: null };
  const found = await pathWithBubblewrap();
  const users: BenchedLevel[] = isRoot ? [{ name: 'user', level: 'user', path: own, user: null }] : [];
  if (typeof found === 'string') {
    console.log(`sandboxes are not measured: ${found}`);
    return [none, ...users];
  }
  const path = await openFolders(found.path);
  const sandbox: BenchedLevel = { name: 'sandbox', level: 'sandbox', path, user: null };
  return isRoot
    ? [
        none,
        ...users,
        { ...sandbox, name: 'sandbox, agent of root' },
        { ...sandbox, name: 'sandbox, agent of an ordinary user', user: ORDINARY },
      ]
    : [none, sandbox];
}

/** Round by round, so that a slow minute of the machine falls on all of them. */
async function timeStarts(levels: readonly BenchedLevel[], rounds: number): Promise<number[][]> {
  const starters = await Promise.all(levels.map(async (level) => Starter.of(level, SCRIPT)));
  const times = levels.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [n, starter] of starters.entries()) {
      const took = await starter.start();
      if (round > 0) {
        times[n]?.push(took);
      }
    }
  }
  await Promise.all(starters.map(async (starter) => starter.end()));
  return times;
}

/** An agent of each level, in a pool of its own. */
class Agents {
  private readonly services: ServiceProcess[] = [];

  constructor(
    private readonly platform: BuildPlatform,
    private readonly api: ApiCaller,
    private readonly home: string,
  ) {}

  async start({ level, path, user }: BenchedLevel, pool: string): Promise<string> {
    await this.api.expect('POST', '/api/v1/pools', { name: pool });
    const { token } = await this.api.expect<{ token: string }>('POST', `/api/v1/pools/${pool}/tokens`, {
      name: 'bench',
    });
    const [home, work] = [join(this.home, pool), join(this.home, `${pool}-work`)];
    for (const path of [home, work]) {
      await mkdir(path);
      await chown(path, user?.uid ?? process.getuid?.() ?? 0, user?.gid ?? process.getgid?.() ?? 0);
    }
    const env = {
      PATH: path,
      AMQP_URL: this.platform.amqpUrl,
      BERTH_LOG_LEVEL: 'warn',
      BERTH_API_URL: this.platform.apiUrl,
      BERTH_AGENT_TOKEN: token,
      BERTH_AGENT_ID: pool,
      BERTH_AGENT_HOME: home,
      BERTH_AGENT_WORK_ROOT: work,
      BERTH_RUN_ISOLATION: level,
    };
    const service = new ServiceProcess(pool, await freePort(), 'agent', env, `${home}.log`, user);
    this.services.push(service);
    service.start();
    await service.ready();
    const workspace = await this.api.workspace(
      pool,
      {
        'main.tf':
          'variable "word" { default = "none" }\nresource "terraform_data" "one" { input = var.word }\n',
      },
      { pool },
    );
    return workspace.id;
  }

  async end(): Promise<void> {
    await Promise.all(this.services.map(async (service) => service.end('SIGTERM')));
  }
}

async function confirmToProcess(api: ApiCaller, workspaceId: string, word: string): Promise<number> {
  await api.expect('PUT', `/api/v1/workspaces/${workspaceId}/variables/word`, {
    value: word,
    category: 'terraform',
  });
  const { id } = await api.task(workspaceId, 'plan_and_apply');
  const { planHash } = await api.reaches(id, 'apply_pending');
  await api.expect('POST', `/api/v1/tasks/${id}/confirm`, { planHash });
  await delay(SILENCE_MS);
  const { confirmedAt, phases } = (await api.reaches(id, 'succeeded')) satisfies Task;
  if (phases.apply?.init?.skipped !== true) {
    throw new Error(`the apply of ${id} was not warm`);
  }
  return Date.parse(String(phases.apply.processStartedAt)) - Date.parse(String(confirmedAt));
}

async function timeConfirmations(levels: readonly BenchedLevel[], runs: number): Promise<number[][]> {
  const platform = await startBuildPlatform();
  const api = new ApiCaller(platform.apiUrl, platform.apiKey);
  const home = await mkdtemp(join(tmpdir(), 'berth-bench-isolation-'));
  await chmod(home, 0o711);
  const agents = new Agents(platform, api, home);
  try {
    const workspaces: string[] = [];
    for (const [n, level] of levels.entries()) {
      workspaces.push(await agents.start(level, `level-${n}`));
    }
    const times = levels.map((): number[] => []);
    for (let run = 0; run <= runs; run += 1) {
      for (const [n, workspace] of workspaces.entries()) {
        const took = await confirmToProcess(api, workspace, `word-${run}`);
        if (run > 0) {
          times[n]?.push(took);
        }
      }
    }
    return times;
  } finally {
    await agents.end();
    await platform.stop();
    await removeAll(home);
  }
}

function cells(times: readonly number[], digits: number): string[] {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number): string =>
    (sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN).toFixed(digits);
  return [at(0.5), at(0.95)];
}

async function main(): Promise<void> {
  const levels = await levelsHere();
  const starts = await timeStarts(levels, Number(values.rounds));
  const confirmations = await timeConfirmations(levels, Number(values.runs));
  console.log('| level | process start, ms: median | p95 | confirmed to process, ms: median | p95 |');
  console.log('| --- | ---: | ---: | ---: | ---: |');
  for (const [n, { name }] of levels.entries()) {
    console.log(
      `| ${[name, ...cells(starts[n] ?? [], 1), ...cells(confirmations[n] ?? [], 0)].join(' | ')} |`,
    );
  }
}

await (values.starts === undefined ? main() : answerStarts(values.starts));
