import { Command } from 'commander';
import type { Cli } from './cli.js';
import { addAdmin } from './commands/admin.js';
import { addAgents } from './commands/agents.js';
import { addAudit } from './commands/audit.js';
import { addBuilds } from './commands/builds.js';
import { addCompletion } from './commands/completion.js';
import { addDeadLetters } from './commands/dead-letters.js';
import { addDecisions } from './commands/decisions.js';
import { addDoctor } from './commands/doctor.js';
import { addGrants } from './commands/grants.js';
import { addKeys } from './commands/keys.js';
import { addLogin } from './commands/login.js';
import { addLogout } from './commands/logout.js';
import { addLogs } from './commands/logs.js';
import { addMembers } from './commands/members.js';
import { addOrganizations } from './commands/organizations.js';
import { addOutputs } from './commands/outputs.js';
import { addPools } from './commands/pools.js';
import { addProjects } from './commands/projects.js';
import { addRun } from './commands/run.js';
import { addRuns } from './commands/runs.js';
import { addStates } from './commands/states.js';
import { addTeams } from './commands/teams.js';
import { addVariableSets } from './commands/variable-sets.js';
import { addVariables } from './commands/variables.js';
import { addWhoami } from './commands/whoami.js';
import { addWorkspaces } from './commands/workspaces.js';

const EXIT_CODES = `
Exit codes:
  0    done
  1    failed, or was cancelled or discarded
  2    wrong use: the message says what is right
  3    waits for a person
  4    not allowed: no such key, or not for this
  5    not reachable, or cannot answer now
  124  --timeout was over; the run goes on
  130  stopped by Ctrl-C`;

const ENVIRONMENT = `
Environment:
  BERTH_URL, BERTH_KEY  the api and the key that opens it
  BERTH_ORGANIZATION    which of your organizations is meant
  BERTH_WORKSPACE       the workspace of "berth run"
  NO_COLOR              no colours`;

/** In the order in which the help lists them. */
const GROUPS = [
  addLogin,
  addLogout,
  addWhoami,
  addRun,
  addRuns,
  addLogs,
  addDecisions,
  addWorkspaces,
  addVariables,
  addVariableSets,
  addOutputs,
  addStates,
  addAgents,
  addPools,
  addBuilds,
  addDeadLetters,
  addOrganizations,
  addMembers,
  addTeams,
  addProjects,
  addGrants,
  addKeys,
  addAudit,
  addDoctor,
  addAdmin,
];

/** Every command, with its options and its help. */
export function makeProgram(cli: Cli, version: string): Command {
  const program = makeWithoutCompletion(cli, version);
  addCompletion(program, cli, () => makeWithoutCompletion(cli, version));
  finish(program);
  program.addHelpText('after', `${EXIT_CODES}\n${ENVIRONMENT}`);
  return program;
}

function makeWithoutCompletion(cli: Cli, version: string): Command {
  const { stdout, stderr } = cli.surroundings;
  const program = new Command('berth')
    .description('Runs Terraform and OpenTofu on Berth.')
    .version(version, '--version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .option(
      '--host <url>',
      'the api (else BERTH_URL, else the Berth of this checkout, else the last sign-in)',
    )
    .option(
      '--organization <name>',
      'which of your organizations (else BERTH_ORGANIZATION, else the kept one)',
    )
    .option('--json', 'the api\u2019s own documents; streams as one document a line')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    })
    .showSuggestionAfterError()
    .exitOverride();
  for (const add of GROUPS) {
    add(program, cli);
  }
  return program;
}

/** What holds for every command, however deep it is. */
function finish(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command).helpOption('-h, --help', 'show help');
    child.addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 wrong use,\n3 waits for a person, 4 not allowed,\n5 not reachable.',
    );
    finish(child);
  }
}
