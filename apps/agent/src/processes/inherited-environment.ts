const ALLOWED = /^(PATH|LANG|LC_[A-Z]+|TZ|SSL_CERT_(FILE|DIR)|HTTPS?_PROXY|NO_PROXY|https?_proxy|no_proxy)$/;

/** What every process of a run may know of the agent's own environment. */
export function inheritedEnvironment(
  agentEnv: Readonly<Record<string, string | undefined>>,
  passThrough: readonly string[],
): Record<string, string> {
  const taken: Record<string, string> = {};
  for (const [key, value] of Object.entries(agentEnv)) {
    if (value !== undefined && (ALLOWED.test(key) || passThrough.includes(key))) {
      taken[key] = key === 'PATH' ? withoutOurs(value) : value;
    }
  }
  return taken;
}

/** npm adds those of each folder up to the root. */
const OWN_TOOLS = import.meta.dirname
  .split('/')
  .map((_name, depth, names) => `${names.slice(0, depth + 1).join('/')}/node_modules/.bin`);

/** Whoever starts the agent by npm has put Berth's own tools, and npm's, in front of the PATH. */
function withoutOurs(path: string): string {
  const isOurs = (directory: string): boolean =>
    OWN_TOOLS.includes(directory) || directory.endsWith('/@npmcli/run-script/lib/node-gyp-bin');
  return path
    .split(':')
    .filter((directory) => !isOurs(directory))
    .join(':');
}
