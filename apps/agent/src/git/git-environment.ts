import { tokenOrigin } from '@berth/contracts';
import { inheritedEnvironment } from '../processes/inherited-environment.js';
import type { WayToHost } from './way-to-host.js';

export interface GitEnvironment {
  /** The agent's own environment, from which only a list of names is taken. */
  readonly agentEnv: Readonly<Record<string, string | undefined>>;
  readonly passThrough: readonly string[];
  /** Empty: git finds no settings of anybody there. */
  readonly home: string;
  readonly url: string;
  readonly token: string | null;
  readonly way: Pick<WayToHost, 'settings' | 'ssh'>;
}

/** GitHub wants some user beside a token, and most hosts take any. */
const ANY_USER = 'x-access-token';
/** Without questions, and without a connection that stays behind and holds our pipes open. */
const SSH = 'ssh -o BatchMode=yes -o ControlMaster=no -o ControlPath=none -o ConnectTimeout=30';

/** The whole environment of git: no settings of the machine, no questions, no hooks, no other protocols. */
export function gitEnvironment(git: GitEnvironment): Record<string, string> {
  const inherited = withoutProxies(inheritedEnvironment(git.agentEnv, git.passThrough));
  const certificates = inherited['SSL_CERT_FILE'];
  return {
    GIT_SSH_COMMAND: [SSH, ...git.way.ssh].join(' '),
    // Git's HTTP does not read what everybody else reads.
    ...(certificates === undefined ? {} : { GIT_SSL_CAINFO: certificates }),
    ...inherited,
    HOME: git.home,
    XDG_CONFIG_HOME: git.home,
    // Its messages are read by the table of failures.
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_ALLOW_PROTOCOL: 'http:https:ssh',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    ...settings([
      ['core.hooksPath', '/dev/null'],
      ['submodule.recurse', 'false'],
      ...git.way.settings,
      ...authorization(git),
    ]),
  };
}

/** What must not be read anywhere: the token, and what becomes of it in the header. */
export function secretsOf(token: string | null): string[] {
  if (token === null) {
    return [];
  }
  const password = token.slice(token.indexOf(':') + 1);
  return [credentialsOf(token), token, password].filter((secret) => secret !== '');
}

/** The way says which proxy it is; a `no_proxy` would lead around it. */
function withoutProxies(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(https?|all|no)_proxy$/i.test(name)));
}

function authorization({ url, token }: GitEnvironment): [string, string][] {
  const origin = tokenOrigin(url);
  if (token === null || origin === null) {
    return [];
  }
  return [
    [`http.${origin}/.extraHeader`, `Authorization: Basic ${credentialsOf(token)}`],
    // After a redirect git sends the header to whatever host that led to (seen with 2.39).
    ['http.followRedirects', 'false'],
  ];
}

function credentialsOf(token: string): string {
  return Buffer.from(token.includes(':') ? token : `${ANY_USER}:${token}`).toString('base64');
}

/** Settings by environment: arguments can be read by everybody on the machine. */
function settings(entries: readonly (readonly [string, string])[]): Record<string, string> {
  const numbered = entries.flatMap(([key, value], index): [string, string][] => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(entries.length), ...Object.fromEntries(numbered) };
}
