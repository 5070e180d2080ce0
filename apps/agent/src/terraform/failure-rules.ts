import { FailureClass } from '@berth/domain';
import { CONFIGURATION_RULES, MODULE_RULES } from './configuration-rules.js';
import type { FailureRule } from './failure-rule.js';
import { heldBy } from './lock-holder.js';

const { transient, permanent } = FailureClass;

const QUERY = /^Failed to query available provider packages/;
const INSTALL = /^Failed to install provider/;
const LOCK = /^Error acquiring the state lock/;
const STATE_READ =
  /^error loading state|^Failed to (load|get|read) (the )?(existing )?state|^Error refreshing state/i;
const PROVIDER_START = /^Failed to (load plugin schemas|instantiate provider|obtain provider schema)/;
const START_ADVICE =
  "The provider did not start: for want of memory, or because this version of it cannot run here. The log has its own words; check its version and platform, and the agent's libraries.";
const AUTH = /requires auth|invalid auth|authentication credentials|\b40[13]\b/;
const NETWORK =
  /connection refused|connection reset|connection timed out|operation timed out|no route to host|broken pipe|i\/o timeout|no such host|TLS handshake timeout|network is unreachable|temporary failure in name resolution|context deadline exceeded|Client\.Timeout exceeded|server misbehaving|": (unexpected )?EOF|: unexpected EOF|http2: server sent GOAWAY/i;
const OVERLOAD =
  /\b(429|500|502|503|504)\b( [A-Z]|:|$| returned)|StatusCode: (0|429|5\d\d)\b|bad response code: (429|5\d\d)|Too Many Requests|Throttl|Rate exceeded|RequestLimitExceeded|SlowDown|giving up after \d+ attempt|exceeded maximum number of attempts/i;
/** What git says, which fetches modules. */
const GIT_NETWORK =
  /Couldn't connect to server|Could not resolve host|Failed to connect to|early EOF|returned error: (429|5\d\d)|RPC failed|hung up unexpectedly|unexpected disconnect|Connection closed by|Empty reply from server|SSL_(ERROR_SYSCALL|connect)|gnutls_handshake|kex_exchange_identification/;

/** In order: the first rule that fits one of the errors decides. Measured with terraform 1.11.4. */
export const FAILURE_RULES: readonly FailureRule[] = [
  // The state comes first: whatever else went wrong, this is what a person has to look after.
  {
    code: 'TERRAFORM_STATE_NOT_SAVED',
    class: permanent,
    summary: /^Failed to (save|persist) state|^Failed to create local state file/,
    advice:
      'What was applied is missing in the state, and Berth keeps what is: push it (unsaved-states of the workspace) before anything else runs.',
  },
  {
    code: 'TERRAFORM_UNLOCK_FAILED',
    class: permanent,
    summary: /^Error releasing the state lock/,
    advice: 'The state itself was saved; release the lock by hand.',
  },
  // Before the refusals: a lock's time may hold the digits of a status.
  {
    code: 'TERRAFORM_STATE_LOCKED',
    class: transient,
    summary: LOCK,
    text: /already locked|resource temporarily unavailable|ConditionalCheckFailed|state blob is already leased/i,
    advice: heldBy,
  },
  {
    code: 'TERRAFORM_STATE_UNAUTHORIZED',
    // Each attempt has a token of its own; where the next one's is refused as well, that is final (`repeated-failure`).
    class: transient,
    summary: LOCK,
    text: AUTH,
    advice: 'The state refused this run: it may have been replaced by a newer attempt.',
  },
  {
    code: 'TERRAFORM_STATE_UNAVAILABLE',
    class: transient,
    summary: LOCK,
    advice: 'The state could not be locked for now.',
  },
  {
    code: 'TERRAFORM_STATE_UNAUTHORIZED',
    class: transient,
    summary: STATE_READ,
    text: AUTH,
    advice: 'The state refused this run: it may have been replaced by a newer attempt.',
  },
  {
    code: 'TERRAFORM_STATE_UNAVAILABLE',
    class: transient,
    summary: STATE_READ,
    text: new RegExp(`${NETWORK.source}|${OVERLOAD.source}`, 'i'),
    advice: 'The state could not be read for now.',
  },
  {
    code: 'TERRAFORM_STATE_MISSING',
    class: permanent,
    summary: STATE_READ,
    text: /response code 409/,
    advice:
      'The state of this workspace should be there and is not: restore a backup of the database, push the state, or DELETE it to say that there is none.',
  },
  {
    code: 'TERRAFORM_STATE_INVALID',
    class: permanent,
    text: /Unsupported state file format|state snapshot was created by Terraform v/,
    advice: 'Restore an earlier version of the state, or use the version of terraform that wrote it.',
  },

  // Plans that can no longer be applied.
  {
    code: 'TERRAFORM_PLAN_STALE',
    class: permanent,
    summary: /^Saved plan is stale|^Saved plan does not match the given state/,
    advice: 'The state has changed since the plan: plan again.',
  },
  {
    code: 'TERRAFORM_PLAN_UNREADABLE',
    class: permanent,
    summary:
      /^Failed to load ".*" as a plan file|^Failed to read plan (from plan file)?|^Failed to read the given file as a state or plan file/,
    advice: 'Plan again.',
  },
  {
    code: 'TERRAFORM_PLAN_INCONSISTENT',
    class: permanent,
    summary: /^Provider produced inconsistent final plan/,
    advice: 'Files or paths that the configuration reads may have changed since the plan: plan again.',
  },

  // Providers and modules.
  {
    code: 'TERRAFORM_DISK_FULL',
    class: transient,
    text: /no space left on device|disk quota exceeded/i,
    advice: 'The disk of the agent is full.',
  },
  {
    // Named by the kernel, so that no summary can hide it; a provider that cannot be started has a code of its own.
    code: 'TERRAFORM_DISK_FAILED',
    class: transient,
    text: /input\/output error|too many open files|stale (NFS )?file handle/i,
    advice: 'The agent cannot read or write its files.',
  },
  {
    code: 'TERRAFORM_OUT_OF_MEMORY',
    class: transient,
    text: /^(?!.*terraform-provider-).*(: cannot allocate memory|fork\/exec \S+: resource temporarily unavailable)/i,
    advice: 'The agent has no memory left for another process: give it more.',
  },
  {
    code: 'TERRAFORM_PROVIDER_UNTRUSTED',
    class: permanent,
    summary: INSTALL,
    text: /error checking signature|invalid signature|openpgp:/,
    advice: "The package's signature is not valid: do not use it before you know why.",
  },
  {
    code: 'TERRAFORM_PROVIDER_DOWNLOAD_CORRUPT',
    class: transient,
    text: /archive has incorrect checksum/,
    advice: 'If it stays so, find out what changes the package on its way.',
  },
  {
    code: 'TERRAFORM_PROVIDER_CHECKSUM',
    class: permanent,
    text: /doesn't match the expected checksum|(doesn't|does not) match any of the checksums/,
    advice: 'The provider is not the one that was recorded: check the dependency lock file and the mirror.',
  },
  {
    code: 'TERRAFORM_PROVIDER_BUSY',
    class: transient,
    text: /text file busy/,
    advice: 'The provider was being installed at that moment.',
  },
  {
    code: 'TERRAFORM_TLS_INVALID',
    class: permanent,
    text: /failed to verify certificate|x509:/,
    advice: 'The agent does not trust the certificate: check the host, its clock and SSL_CERT_FILE.',
  },
  {
    code: 'TERRAFORM_REGISTRY_UNAUTHORIZED',
    class: permanent,
    summary: QUERY,
    text: /requires authentication credentials|rejected the given authentication credentials|\b40[13]\b/,
    advice: 'Give the workspace credentials for the registry (TF_TOKEN_…).',
  },
  {
    code: 'TERRAFORM_PROVIDER_NOT_FOUND',
    class: permanent,
    summary: QUERY,
    text: /does not have a provider named|not found in any of the search locations|no available releases match/,
    advice: 'Correct source and version in required_providers.',
  },
  {
    code: 'TERRAFORM_REGISTRY_UNAVAILABLE',
    class: transient,
    summary: QUERY,
    text: new RegExp(
      `could not connect|failed to request discovery|the request failed|${NETWORK.source}|${OVERLOAD.source}`,
      'i',
    ),
    advice: 'The registry did not answer.',
  },
  {
    code: 'TERRAFORM_PROVIDER_NOT_FOUND',
    class: permanent,
    summary: INSTALL,
    text: /bad response code: 4(?!29)\d\d/,
    advice: 'The registry names a package that is not there.',
  },
  {
    code: 'TERRAFORM_PROVIDER_DOWNLOAD_FAILED',
    class: transient,
    summary: INSTALL,
    text: new RegExp(`${NETWORK.source}|${OVERLOAD.source}`, 'i'),
    advice: 'The provider could not be downloaded.',
  },
  {
    code: 'TERRAFORM_MODULE_DOWNLOAD_FAILED',
    class: transient,
    summary: /^(Failed to download module|Error accessing remote module registry|Could not download module)/,
    text: new RegExp(`${GIT_NETWORK.source}|${NETWORK.source}|${OVERLOAD.source}`, 'i'),
    advice: 'The module could not be fetched.',
  },
  ...MODULE_RULES,
  {
    code: 'TERRAFORM_INIT_REQUIRED',
    class: transient,
    summary:
      /^(Backend initialization required|Module not installed|Module source has changed|Module version requirements have changed|Required plugins are not installed|.*: there is no package for )/,
    advice: 'The work directory was not initialised for this configuration.',
  },
  {
    code: 'TERRAFORM_LOCK_FILE_INCONSISTENT',
    class: permanent,
    summary: /^Inconsistent dependency lock file/,
    advice: 'Run terraform init -upgrade, and bring .terraform.lock.hcl along with the configuration.',
  },

  // Provider processes.
  {
    code: 'TERRAFORM_OUT_OF_MEMORY',
    class: transient,
    text: /fatal error: .{0,40}(out of memory|cannot allocate memory)/,
    advice: 'A provider ran out of memory: give the agent more, or raise BERTH_RUN_MEMORY_MB.',
  },
  {
    code: 'TERRAFORM_PROVIDER_NOT_EXECUTABLE',
    class: permanent,
    summary: PROVIDER_START,
    text: /exec format error|bad CPU type in executable|permission denied|could not find executable file/,
    advice: 'The provider cannot run on this agent: check its platform and the provider store.',
  },
  {
    // Each phase starts it anew: after the first time, the reason is the summary. It is tried once more, see
    // `repeated-failure`: where memory was short, that helps.
    code: 'TERRAFORM_PROVIDER_START_FAILED',
    class: transient,
    text: /Unrecognized remote plugin message|Failed to read any lines from plugin's stdout|timeout while waiting for plugin to start|plugin exited before we could connect|fork\/exec \S*terraform-provider-\S*: (cannot allocate memory|resource temporarily unavailable)|\(\*GRPCProvider\)\.GetProviderSchema /,
    advice: START_ADVICE,
  },
  {
    // Whatever else keeps it from its start: a library that is not there, a handshake that fails, a signal.
    code: 'TERRAFORM_PROVIDER_START_FAILED',
    class: transient,
    summary: PROVIDER_START,
    advice: START_ADVICE,
  },
  {
    code: 'TERRAFORM_PROVIDER_CRASHED',
    class: transient,
    summary: /^(Plugin did not respond|Request cancelled|The terraform-provider-.* plugin crashed)/,
    advice: 'The provider ended in the middle of its work, by a fault of its own or for want of memory.',
  },

  // What providers say of the world behind them.
  {
    code: 'TERRAFORM_CREDENTIALS_REFUSED',
    class: permanent,
    text: /InvalidClientTokenId|ExpiredToken|SignatureDoesNotMatch|UnrecognizedClientException|No valid credential sources found|AuthFailure|could not find default credentials/,
    advice: "Give the workspace valid credentials for the provider's account.",
  },
  {
    code: 'TERRAFORM_REMOTE_UNAVAILABLE',
    class: transient,
    text: new RegExp(
      `${NETWORK.source}|StatusCode: (0|429|5\\d\\d)\\b|Throttl|Rate exceeded|RequestLimitExceeded|SlowDown|Too Many Requests|exceeded maximum number of attempts`,
      'i',
    ),
    advice: 'A service that the provider needs did not answer.',
  },

  ...CONFIGURATION_RULES,
];
