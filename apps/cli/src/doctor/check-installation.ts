import { ApiProblem, type Schemas } from '@berth/client';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { pagesOf } from '../connection/pages.js';
import { oneLine } from '../output/plain.js';
import { size, span } from '../output/words.js';
import { failure, ok, warning, type Finding, type Installation, type Patient } from './finding.js';

/** Beyond it, times in the dashboard and of tokens begin to be odd. */
const CLOCK_MS = 5_000;
const ROOM_BYTES = 1_000_000_000;

/** Whether the key opens the api, and what that says of itself. */
export async function readInstallation({
  client,
}: Patient): Promise<
  { readonly finding: Finding } & (
    { readonly installation: Installation; readonly offMs: number } | { readonly installation: null }
  )
> {
  const before = Date.now();
  try {
    const installation = await client.get('/api/v1/installation');
    const here = (before + Date.now()) / 2;
    return { finding: ok('key', 'is accepted'), installation, offMs: here - Date.parse(installation.now) };
  } catch (error) {
    const isKey = error instanceof ApiProblem && (error.status === 401 || error.status === 403);
    if (error instanceof ApiProblem && error.code === 'ORGANIZATION_NEEDED') {
      const advice =
        'Say which one: --organization <name>, BERTH_ORGANIZATION, or "berth organizations use <name>".';
      return { finding: failure('organization', oneLine(error.detail), advice), installation: null };
    }
    const isOlder = error instanceof ApiProblem && error.status === 404;
    const advice = isKey
      ? 'Sign in (berth login), or give a valid key in BERTH_KEY.'
      : isOlder
        ? 'The api is older than this command line: update it.'
        : 'The log of the api says more.';
    const found = error instanceof ApiProblem ? error.detail : String(error);
    return { finding: failure(isKey ? 'key' : 'api', oneLine(found), advice), installation: null };
  }
}

/** What somebody has no role for is nothing that is broken. */
export async function ifAllowed(name: string, check: Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 403) {
      return [ok(name, `not looked at: ${oneLine(error.detail)}`)];
    }
    throw error;
  }
}

export function checkClock(offMs: number): Finding {
  const seconds = Math.abs(offMs) / 1_000;
  const found = `${span(seconds)} ${offMs > 0 ? 'ahead of' : 'behind'} the api`;
  return Math.abs(offMs) < CLOCK_MS
    ? ok('clock', seconds < 1 ? 'agrees with the api' : found)
    : warning('clock', found, 'Let NTP set the clock of this machine, or that of the api.');
}

export function checkVersions({ version }: Patient, installation: Installation): Finding {
  const found = `berth ${version}, api ${installation.version}, Node ${process.versions.node}`;
  const major = (text: string): string => text.split('.').slice(0, 2).join('.');
  return version === 'unbundled' || major(version) === major(installation.version)
    ? ok('versions', found)
    : warning('versions', found, 'Use the command line of the version of the api.');
}

/** Who can work, and whether what waits will be worked on. */
export async function checkAgents({ client }: Patient): Promise<Finding[]> {
  const [agents, stats] = await Promise.all([
    pagesOf(1_000, async (query) => client.get('/api/v1/agents', { params: { query } })),
    client.get('/api/v1/stats'),
  ]);
  const of = (status: string): number => agents.items.filter((agent) => agent.status === status).length;
  const alive = agents.items.filter(({ status }) => status === 'alive');
  const found = ['alive', 'suspect', 'draining', 'lost', 'stopped']
    .flatMap((status) => (of(status) === 0 ? [] : [`${of(status)} ${status}`]))
    .join(', ');
  const { idle = 0, running = 0, reserved = 0 } = stats.slots;
  const slots = `${idle} slots idle, ${running} running, ${reserved} reserved`;
  const unwell = alive.filter((agent) => agent.unwell !== null);
  const versions = [...new Set(alive.map((agent) => oneLine(agent.version)))];
  const agentFinding =
    alive.length === 0
      ? failure(
          'agents',
          found === '' ? 'none' : found,
          'Start an agent, or resume a drained one: until then every run waits.',
        )
      : of('suspect') + of('lost') > 0
        ? warning('agents', found, '"berth agents" shows which; their logs say why they are silent.')
        : unwell.length > 0
          ? warning(
              'agents',
              `${found}; ${unwell.map(({ id, unwell: why }) => `${oneLine(id)} is unwell (${oneLine(why?.reason ?? '')})`).join(', ')}`,
              'Mend the machine; "berth resume <agent>" gives it work at once, otherwise it is tried again by itself.',
            )
          : versions.length > 1
            ? warning('agents', `${found}, of versions ${versions.join(' and ')}`, 'Update them all.')
            : ok('agents', found);
  const { p50 } = stats.dispatchLatencyMs;
  const queue = `${stats.queueDepth} waiting, ${slots}${p50 === null ? '' : `; a run is given away after ${Math.round(p50)} ms`}`;
  const isStuck = stats.queueDepth > 0 && idle === 0;
  return [
    agentFinding,
    ...isolationOf(alive),
    isStuck
      ? warning(
          'queue',
          queue,
          'Confirm or discard what waits ("berth runs --status apply_pending"), or add agents.',
        )
      : ok('queue', queue),
  ];
}

/** Whether a run can get at what is its agent's. */
function isolationOf(alive: readonly Pick<Schemas['Agent'], 'kind' | 'isolation'>[]): Finding[] {
  const agents = alive.filter(({ kind }) => kind === 'agent');
  const isOf = (level: string): number => agents.filter(({ isolation }) => isolation === level).length;
  const [sandboxes, users] = [isOf('sandbox'), isOf('user')];
  const apart = sandboxes + users;
  if (agents.length === 0) {
    return [];
  }
  return [
    apart === agents.length
      ? ok(
          'isolation',
          users === 0
            ? 'every run has a sandbox of its own'
            : `${sandboxes} agents with a sandbox for every run, ${users} with a user for every slot`,
        )
      : warning(
          'isolation',
          `${agents.length - apart} of ${agents.length} agents do not keep runs apart`,
          'Install bubblewrap on them, or start them as root; as they are, a run can read and change what its agent can.',
        ),
  ];
}

export async function checkDeadLetters({ client }: Patient): Promise<Finding[]> {
  const query = { limit: 200 };
  const { items, nextCursor } = await client.get('/api/v1/dead-letters', { params: { query } });
  const found = `${items.length}${nextCursor === null ? '' : ' or more'} open`;
  return [
    items.length === 0
      ? ok('dead letters', 'none')
      : warning('dead letters', found, 'Read them ("berth dead-letters"), then replay or discard them.'),
  ];
}

/** Room here, for packing, and on the agents as far as their runs have said that there is none. */
export async function checkDisk({ client }: Patient): Promise<Finding> {
  const { bavail, bsize } = await statfs(tmpdir());
  const free = bavail * bsize;
  const query = { kind: 'terraform' as const, limit: 50 };
  const { items } = await client.get('/api/v1/tasks', { params: { query } });
  const full = items.find(({ error, finishedAt }) => /DISK/.test(error?.code ?? '') && finishedAt !== null);
  const found = `${size(free)} free in ${tmpdir()}`;
  if (full !== undefined) {
    return warning(
      'disk',
      `${found}; run ${full.id} found none on its agent`,
      'Make room on the agents\u2019 disks (BERTH_AGENT_HOME).',
    );
  }
  return free < ROOM_BYTES
    ? warning('disk', found, 'Uploads are packed there: make room.')
    : ok('disk', found);
}
