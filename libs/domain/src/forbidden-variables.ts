/** Each pattern with the reason that a user reads. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/^TF_CLI_ARGS(_|$)/, 'it would change the commands of the run'],
  [/^(TF_CLI_CONFIG_FILE|TERRAFORM_CONFIG)$/, "the command line's configuration is a setting of the agent"],
  [/^TF_DATA_DIR$/, 'the slot decides where terraform keeps its data'],
  [/^TF_PLUGIN_CACHE_/, 'a plugin cache breaks under concurrent inits; the agent has a store of its own'],
  [/^TF_WORKSPACE$/, 'a Berth workspace has one state'],
  [/^TF_HTTP_/, "the state is kept by Berth's own backend"],
  [/^TF_REATTACH_PROVIDERS$/, 'providers are started by terraform itself'],
  [
    /^TF_(INPUT|IN_AUTOMATION|LOG_PATH|TEMP_LOG_PATH)$/,
    'the agent sets how terraform runs and where it writes',
  ],
  [/^(LD|DYLD)_/, "it would load foreign code into the run's processes"],
  [/^(PATH|HOME|TMPDIR|TMP|TEMP|PWD|BASH_ENV|ENV|SHELLOPTS|IFS)$/, 'the agent sets it for each run'],
  [/^(CHECKPOINT_DISABLE|NO_COLOR)$/, 'the agent sets it for each run'],
  [/^BERTH_/, 'names that begin with BERTH_ are for Berth itself'],
];

/** Why an environment variable of a workspace or a variable set cannot be given to a run, or null when it can. */
export function forbiddenVariable(key: string): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
    return 'a name holds only letters, digits and "_", and does not begin with a digit';
  }
  return FORBIDDEN.find(([pattern]) => pattern.test(key))?.[1] ?? null;
}
