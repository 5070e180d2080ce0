import { isAbsolute, relative } from 'node:path';
import type { RunIsolation } from '@berth/domain';
import type { BerthHome } from './berth-home.js';
import { planLine } from './example-task.js';
import type { ExampleTask } from './example-task.js';

export interface SummaryFacts {
  home: BerthHome;
  apiUrl: string;
  apiKey: string;
  /** The key came from BERTH_API_KEY and not from the keys' file. */
  keyFromEnvironment: boolean;
  /** Of the first owner; null where there is one. */
  signInUrl: string | null;
  /** Of runs on these agents; null where that is not known. */
  isolation: RunIsolation | null;
  /** The example's task, or why there is none. */
  example: ExampleTask | { problem: string };
  /** Where the person is. */
  cwd: string;
  /** How the command line is called there. */
  commandLine: string;
}

/** What a newcomer needs to go on, in a few lines. */
export function summaryLines(facts: SummaryFacts): string[] {
  const { apiUrl, apiKey, keyFromEnvironment, signInUrl, home, cwd, commandLine } = facts;
  const keys = shownPath(home.keys, cwd);
  return [
    '',
    'Berth is up.',
    `  Dashboard  ${signInUrl ?? `${apiUrl}/`}`,
    ...(signInUrl === null
      ? []
      : ['             (the link makes you the first owner, once and within a day)']),
    `  API        ${apiUrl}`,
    `  API docs   ${apiUrl}/docs`,
    `  API key    ${apiKey} (${keyFromEnvironment ? 'from BERTH_API_KEY' : `kept in ${keys}`})`,
    `  Logs       ${shownPath(home.logs, cwd)}`,
    `  Commands   ${commandLine} --help`,
    ...isolationLines(facts.isolation),
    '',
    ...exampleLines(facts, keys),
    '',
    'More: npm run demo. Ctrl-C stops everything.',
  ];
}

/** What whoever controls a configuration can get at here. */
function isolationLines(isolation: RunIsolation | null): string[] {
  switch (isolation) {
    case 'sandbox':
      return ['  Runs       each in a sandbox: it reaches its own files and the network (docs/security.md)'];
    case 'user':
      return [
        '  Runs       with a user for each slot: they reach its files, what everybody may read, and the network',
        '             (bubblewrap would keep them to their own; docs/security.md)',
      ];
    case 'none':
      return [
        '  Runs       not kept apart: they can read and change what you can, the keys above too',
        '             (install bubblewrap, then start again; docs/security.md)',
      ];
    case null:
      return [];
  }
}

function exampleLines(
  { example, apiUrl, keyFromEnvironment, commandLine }: SummaryFacts,
  keys: string,
): string[] {
  if ('problem' in example) {
    return [`The example workspace hello could not be prepared: ${example.problem}`];
  }
  const task = `${apiUrl}/api/v1/tasks/${example.id}`;
  const key = keyFromEnvironment
    ? '$BERTH_API_KEY'
    : `$(node -p 'JSON.parse(fs.readFileSync("${keys}")).apiKey')`;
  const authorization = `-H "Authorization: Bearer ${key}"`;
  switch (example.status) {
    case 'apply_pending':
      return [
        `Example: examples/hello is planned and waits for you (task ${example.id}).`,
        `  ${planLine(example)}`,
        'Look at its plan in the dashboard and confirm it there, or:',
        `  ${commandLine} confirm ${example.id}`,
        'The same without the command line:',
        `  curl ${authorization} "${task}/logs?phase=plan"`,
        `  curl -X POST ${authorization} ${task}/confirm`,
      ];
    case 'failed':
      return [
        `Example: planning examples/hello failed (task ${example.id}): ${example.error?.message ?? 'no reason given'}`,
        `  ${commandLine} logs ${example.id}`,
      ];
    default:
      return [
        `Example: workspace hello is there, and its task ${example.id} is at ${example.status}.`,
        `  ${commandLine} show ${example.id}`,
      ];
  }
}

/** A path as the person would type it. */
function shownPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}
