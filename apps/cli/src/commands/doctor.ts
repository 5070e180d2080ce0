import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { clientOf, type Cli } from '../cli.js';
import {
  checkAgents,
  checkClock,
  checkDeadLetters,
  checkDisk,
  checkVersions,
  ifAllowed,
  readInstallation,
} from '../doctor/check-installation.js';
import { checkAddress, checkCertificate, checkServers } from '../doctor/check-line.js';
import { ok, warning, type Finding, type Patient } from '../doctor/finding.js';
import { Ending, ExitCode } from '../failures.js';
import type { Output } from '../output/output.js';

/** `berth doctor`. */
export function addDoctor(program: Command, cli: Cli): void {
  program
    .command('doctor')
    .summary('what is well, what is not, and what to do')
    .description(
      'Looks at the address, the certificate, the api with its database and broker, the key, the clock, the versions, the ' +
        'agents, the queue, the dead letters and the disk, and says of each what to do where it is not well. Exit code 1 ' +
        'where something is broken, 4 where the key is, 5 where nothing answers.',
    )
    .action(async (_options: object, command: Command) => {
      const host = cli.host(command);
      const out = cli.output(command);
      const { env } = cli.surroundings;
      const patient = { host, client: clientOf(host), version: program.version() ?? '', env };
      const findings = await examine(patient);
      out.document({ findings }, () => findings.flatMap((finding) => findingLines(finding, out)));
      conclude(findings);
    });
}

/** One after the other: what leads to the next must be well first. */
async function examine(patient: Patient): Promise<Finding[]> {
  const findings = [checkAddress(patient)];
  const certificate = await checkCertificate(patient);
  findings.push(...(certificate === null ? [] : [certificate]), ...(await checkServers(patient)));
  if (findings.some(({ name, state }) => name === 'api' && state === 'failure')) {
    return findings;
  }
  const { finding, ...said } = await readInstallation(patient);
  findings.push(finding);
  if (said.installation !== null) {
    findings.push(checkClock(said.offMs), checkVersions(patient, said.installation));
    findings.push(...(await ifAllowed('agents', checkAgents(patient))));
    findings.push(...(await ifAllowed('dead letters', checkDeadLetters(patient))));
    findings.push(await checkDisk(patient));
  }
  findings.push(...completionFinding(patient));
  return findings;
}

const BASH_COMPLETION = [
  '/usr/share/bash-completion/bash_completion',
  '/usr/local/share/bash-completion/bash_completion',
  '/opt/homebrew/etc/profile.d/bash_completion.sh',
  '/usr/local/etc/profile.d/bash_completion.sh',
];

/** The script for bash stands on that package, and says nothing where it is missing. */
function completionFinding({ env }: Patient): Finding[] {
  if (!/\/bash$/.test(env['SHELL'] ?? '')) {
    return [];
  }
  const name = 'completion';
  return BASH_COMPLETION.some((file) => existsSync(file))
    ? [ok(name, 'bash-completion is there')]
    : [
        warning(
          name,
          'bash-completion is not installed',
          'Install it before "source <(berth completion bash)".',
        ),
      ];
}

const SIGNS = { ok: ['✓', 'green'], warning: ['!', 'yellow'], failure: ['✗', 'red'] } as const;

function findingLines({ name, state, found, advice }: Finding, { colours }: Output): string[] {
  const [sign, colour] = SIGNS[state];
  const line = `${colours.paint(colour, sign)} ${name}: ${found}`;
  return advice === undefined ? [line] : [line, `    ${advice}`];
}

/** @throws Ending where something is broken */
function conclude(findings: readonly Finding[]): void {
  const broken = findings.filter(({ state }) => state === 'failure').map(({ name }) => name);
  if (broken.length === 0) {
    return;
  }
  if (broken.includes('api') || broken.includes('certificate')) {
    throw new Ending(ExitCode.notReachable);
  }
  throw new Ending(broken.includes('key') ? ExitCode.notAllowed : ExitCode.failed);
}
