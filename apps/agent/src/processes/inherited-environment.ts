const ALLOWED = /^(PATH|LANG|LC_[A-Z]+|TZ|SSL_CERT_(FILE|DIR)|HTTPS?_PROXY|NO_PROXY|https?_proxy|no_proxy)$/;

/** What every process of a run may know of the agent's own environment. */
export function inheritedEnvironment(
  agentEnv: Readonly<Record<string, string | undefined>>,
  passThrough: readonly string[],
): Record<string, string> {
  const taken: Record<string, string> = {};
  for (const [key, value] of Object.entries(agentEnv)) {
    if (value !== undefined && (ALLOWED.test(key) || passThrough.includes(key))) {
      taken[key] = value;
    }
  }
  return taken;
}
