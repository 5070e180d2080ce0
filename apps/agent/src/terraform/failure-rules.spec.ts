import { describe, expect, it } from '@jest/globals';
import { classifyFailure } from './failure-classes.js';

const QUERY = 'Failed to query available provider packages';
const INSTALL = 'Failed to install provider';
const LOCK = 'Error acquiring the state lock';
const SCHEMAS = 'Failed to load plugin schemas';

/** What terraform 1.11.4 says, and what it means. */
// A table is read row by row.
// prettier-ignore
const TABLE: readonly (readonly [string, 'transient' | 'permanent', string, string])[] = [
  ['TERRAFORM_REGISTRY_UNAVAILABLE', 'transient', QUERY, 'the request failed after 2 attempts, please try again later: 503 Service Unavailable returned from r.example'],
  ['TERRAFORM_REGISTRY_UNAVAILABLE', 'transient', QUERY, 'the request failed after 2 attempts, please try again later: 429 Too Many Requests returned from r.example'],
  ['TERRAFORM_REGISTRY_UNAVAILABLE', 'transient', QUERY, 'could not connect to r.example: failed to request discovery document: Get "https://r.example/": dial tcp 127.0.0.1:1: connect: connection refused'],
  ['TERRAFORM_REGISTRY_UNAVAILABLE', 'transient', QUERY, 'could not connect to r.example: failed to\nrequest discovery document: Get "https://r.example/": dial tcp: lookup r.example: no such\nhost'],
  ['TERRAFORM_TLS_INVALID', 'permanent', QUERY, 'could not connect to r.example: failed to request discovery document: tls: failed to verify certificate: x509: certificate signed by unknown authority'],
  ['TERRAFORM_REGISTRY_UNAUTHORIZED', 'permanent', QUERY, 'host r.example requires authentication credentials'],
  ['TERRAFORM_REGISTRY_UNAUTHORIZED', 'permanent', QUERY, 'the mirror rejected the given authentication credentials'],
  ['TERRAFORM_PROVIDER_NOT_FOUND', 'permanent', QUERY, 'provider registry registry.terraform.io does not have a provider named registry.terraform.io/a/b'],
  ['TERRAFORM_PROVIDER_NOT_FOUND', 'permanent', QUERY, 'provider a/b was not found in any of the search locations'],
  ['TERRAFORM_PROVIDER_NOT_FOUND', 'permanent', QUERY, 'no available releases match the given constraints 9.9.9'],
  ['TERRAFORM_PROVIDER_DOWNLOAD_FAILED', 'transient', INSTALL, 'Error while installing a/b v1.0.0: bad response code: 503'],
  ['TERRAFORM_PROVIDER_NOT_FOUND', 'permanent', INSTALL, 'Error while installing a/b v1.0.0: bad response code: 404'],
  ['TERRAFORM_PROVIDER_DOWNLOAD_FAILED', 'transient', INSTALL, 'Error while installing a/b v1.0.0: r.example: unexpected EOF'],
  ['TERRAFORM_PROVIDER_DOWNLOAD_CORRUPT', 'transient', INSTALL, 'archive has incorrect checksum zh:aa (expected zh:bb)'],
  ['TERRAFORM_PROVIDER_CHECKSUM', 'permanent', INSTALL, "provider package doesn't match the expected checksum"],
  ['TERRAFORM_PROVIDER_UNTRUSTED', 'permanent', INSTALL, 'error checking signature: openpgp: invalid signature: hash tag does not match'],
  ['TERRAFORM_PROVIDER_CHECKSUM', 'permanent', INSTALL, "the local package for a/b 1.0.0 doesn't match any of the checksums previously recorded in the dependency lock file"],
  ['TERRAFORM_DISK_FULL', 'transient', INSTALL, 'write /tmp/terraform-provider1: no space left on device'],
  ['TERRAFORM_PROVIDER_BUSY', 'transient', INSTALL, 'open x: text file busy'],
  ['TERRAFORM_PROVIDER_BUSY', 'transient', SCHEMAS, 'fork/exec x: text file busy'],
  ['TERRAFORM_MODULE_DOWNLOAD_FAILED', 'transient', 'Failed to download module', "Could not download module: git exited with 128: fatal: unable to access: Couldn't connect to server"],
  ['TERRAFORM_MODULE_DOWNLOAD_FAILED', 'transient', 'Failed to download module', 'dial tcp 127.0.0.1:1: connect: connection refused'],
  ['TERRAFORM_MODULE_INVALID', 'permanent', 'Failed to download module', 'git exited with 128: fatal: repository not found'],
  ['TERRAFORM_MODULE_OUTSIDE', 'permanent', 'Unreadable module directory', 'Unable to evaluate directory symlink: lstat ../x: no such file or directory'],
  ['TERRAFORM_VERSION_UNSUPPORTED', 'permanent', 'Unsupported Terraform Core version', 'This configuration does not support Terraform version 1.11.4.'],
  ['TERRAFORM_INIT_REQUIRED', 'transient', 'Backend initialization required, please run "terraform init"', 'Reason: Initial configuration of the requested backend "http"'],
  ['TERRAFORM_INIT_REQUIRED', 'transient', 'Module not installed', ''],
  ['TERRAFORM_INIT_REQUIRED', 'transient', 'registry.terraform.io/hashicorp/aws: there is no package for registry.terraform.io/hashicorp/aws 5.100.0 cached in .terraform/providers', ''],
  ['TERRAFORM_LOCK_FILE_INCONSISTENT', 'permanent', 'Inconsistent dependency lock file', 'required by this configuration but no version is selected'],
  ['TERRAFORM_STATE_LOCKED', 'transient', LOCK, 'Error message: HTTP remote state already locked: ID=1 Created: 2026-11-20 22:10:58.403 +0000 UTC'],
  ['TERRAFORM_STATE_LOCKED', 'transient', LOCK, 'Error message: resource temporarily unavailable'],
  ['TERRAFORM_STATE_UNAVAILABLE', 'transient', LOCK, 'Error message: Failed to lock: LOCK http://x giving up after 2 attempt(s)'],
  ['TERRAFORM_STATE_UNAUTHORIZED', 'transient', LOCK, 'Error message: HTTP remote state endpoint requires auth'],
  ['TERRAFORM_STATE_UNAVAILABLE', 'transient', 'error loading state: Failed to get state: GET http://x giving up after 2 attempt(s): Get "http://x": EOF', ''],
  ['TERRAFORM_STATE_UNAUTHORIZED', 'transient', 'error loading state: HTTP remote state endpoint requires auth', ''],
  ['TERRAFORM_STATE_UNAUTHORIZED', 'transient', 'error loading state: HTTP remote state endpoint invalid auth', ''],
  ['TERRAFORM_STATE_INVALID', 'permanent', 'Unsupported state file format', 'The state file could not be parsed as JSON'],
  ['TERRAFORM_STATE_NOT_SAVED', 'permanent', 'Failed to save state', 'HTTP error: 409'],
  ['TERRAFORM_STATE_NOT_SAVED', 'permanent', 'Failed to persist state to backend', 'giving up after 2 attempt(s)'],
  ['TERRAFORM_UNLOCK_FAILED', 'permanent', 'Error releasing the state lock', 'Error message: HTTP error: 500'],
  ['TERRAFORM_PLAN_STALE', 'permanent', 'Saved plan is stale', 'the state was changed by another operation after the plan was created.'],
  ['TERRAFORM_PLAN_STALE', 'permanent', 'Saved plan does not match the given state', ''],
  ['TERRAFORM_PLAN_UNREADABLE', 'permanent', 'Failed to load "p" as a plan file', 'Error: stat p: no such file or directory'],
  ['TERRAFORM_PLAN_UNREADABLE', 'permanent', 'Failed to read plan from plan file', 'zip: not a valid zip file'],
  ['TERRAFORM_PLAN_INCONSISTENT', 'permanent', 'Provider produced inconsistent final plan', ''],
  ['TERRAFORM_CREDENTIALS_REFUSED', 'permanent', 'Retrieving AWS account details: validating provider credentials: https response error StatusCode: 403, api error ExpiredToken: expired', ''],
  ['TERRAFORM_CREDENTIALS_REFUSED', 'permanent', 'No valid credential sources found', ''],
  ['TERRAFORM_REMOTE_UNAVAILABLE', 'transient', 'Retrieving AWS account details: exceeded maximum number of attempts, 3, https response error StatusCode: 503', ''],
  ['TERRAFORM_REMOTE_UNAVAILABLE', 'transient', 'Retrieving AWS account details: https response error StatusCode: 400, api error Throttling: Rate exceeded', ''],
  ['TERRAFORM_REMOTE_UNAVAILABLE', 'transient', 'reading x', 'Get "https://api.example/": dial tcp 1.2.3.4:443: i/o timeout'],
  ['TERRAFORM_PROVIDER_START_FAILED', 'transient', SCHEMAS, "Unrecognized remote plugin message: Failed to read any lines from plugin's stdout"],
  ['TERRAFORM_PROVIDER_START_FAILED', 'transient', SCHEMAS, 'timeout while waiting for plugin to start'],
  ['TERRAFORM_PROVIDER_START_FAILED', 'transient', SCHEMAS, 'plugin exited before we could connect'],
  ['TERRAFORM_PROVIDER_START_FAILED', 'transient', SCHEMAS, 'Plugin did not respond: The plugin encountered an error, and failed to respond to the plugin.(*GRPCProvider).GetProviderSchema call.'],
  ['TERRAFORM_PROVIDER_START_FAILED', 'transient', SCHEMAS, 'Request cancelled: The plugin.(*GRPCProvider).GetProviderSchema request was cancelled.'],
  ['TERRAFORM_PROVIDER_START_FAILED', 'transient', SCHEMAS, 'fork/exec .terraform/providers/a/terraform-provider-a_v1: cannot allocate memory'],
  ['TERRAFORM_PROVIDER_START_FAILED', 'transient', "Unrecognized remote plugin message: \nFailed to read any lines from plugin's stdout", ''],
  ['TERRAFORM_PROVIDER_START_FAILED', 'transient', SCHEMAS, 'fork/exec .terraform/providers/a/terraform-provider-a_v1: no such file or directory'],
  ['TERRAFORM_PROVIDER_START_FAILED', 'transient', SCHEMAS, 'Incompatible API version with plugin. Plugin version: 4, Client versions: [5 6]'],
  ['TERRAFORM_PROVIDER_START_FAILED', 'transient', SCHEMAS, 'rpc error: code = Unavailable desc = connection error: desc = "transport: error while dialing: dial unix /tmp/plugin1: connect: connection refused"'],
  ['TERRAFORM_PROVIDER_START_FAILED', 'transient', SCHEMAS, 'tls: first record does not look like a TLS handshake'],
  ['TERRAFORM_PROVIDER_START_FAILED', 'transient', 'Failed to instantiate provider "registry.terraform.io/a/a"', 'signal: segmentation fault'],
  ['TERRAFORM_PROVIDER_NOT_EXECUTABLE', 'permanent', SCHEMAS, 'fork/exec x: bad CPU type in executable'],
  ['TERRAFORM_PROVIDER_NOT_EXECUTABLE', 'permanent', SCHEMAS, 'fork/exec x: exec format error'],
  ['TERRAFORM_PROVIDER_NOT_EXECUTABLE', 'permanent', SCHEMAS, 'could not find executable file starting with terraform-provider-aws'],
  ['TERRAFORM_PROVIDER_CRASHED', 'transient', 'Plugin did not respond', 'The plugin encountered an error, and failed to respond to the plugin.(*GRPCProvider).ReadResource call.'],
  ['TERRAFORM_PROVIDER_CRASHED', 'transient', 'Request cancelled', ''],
  ['TERRAFORM_ARGUMENTS_INVALID', 'permanent', 'Invalid target "x y"', 'Resource specification must include a resource type and name.'],
  ['TERRAFORM_MODULE_DOWNLOAD_FAILED', 'transient', 'Failed to download module', 'git exited with 128: fatal: unable to access: The requested URL returned error: 503'],
  ['TERRAFORM_MODULE_DOWNLOAD_FAILED', 'transient', 'Failed to download module', 'git exited with 128: kex_exchange_identification: read: Connection reset by peer'],
  ['TERRAFORM_MODULE_DOWNLOAD_FAILED', 'transient', 'Failed to download module', 'git exited with 128: error: RPC failed; curl 56; fatal: the remote end hung up unexpectedly'],
  ['TERRAFORM_OUT_OF_MEMORY', 'transient', 'Failed to download module', 'fork/exec /usr/bin/git: cannot allocate memory'],
  ['TERRAFORM_DISK_FAILED', 'transient', 'failed to read dependency lock file', 'read .terraform.lock.hcl: input/output error'],
  ['TERRAFORM_DISK_FAILED', 'transient', 'Unreadable module directory', 'open m: too many open files'],
  ['TERRAFORM_MODULE_CYCLE', 'permanent', 'Failed to remove local module cache', 'unlinkat .terraform/modules/a.b.b.b: file name too long'],
  ['TERRAFORM_MODULE_OUTSIDE', 'permanent', 'Unreadable module directory', 'Unable to evaluate directory symlink: lstat ../../modules: no such file or directory'],
  ['TERRAFORM_MODULE_OUTSIDE', 'permanent', 'Unreadable module directory', 'Unable to evaluate directory symlink: lstat /opt/modules: no such file or directory'],
  ['TERRAFORM_MODULE_INVALID', 'permanent', 'Unreadable module directory', 'Unable to evaluate directory symlink: lstat modules/x: no such file or directory'],
  ['TERRAFORM_MODULE_INVALID', 'permanent', 'Failed to expand subdir globs', 'subdir "sub" not found'],
  ['TERRAFORM_LOCK_FILE_INVALID', 'permanent', 'failed to read dependency lock file: Argument or block definition required: An argument or block definition is required here.', ''],
  ['TERRAFORM_FAILED', 'transient', 'failed to read dependency lock file: The file could not be read', ''],
  ['TERRAFORM_PREVENT_DESTROY', 'permanent', 'Instance cannot be destroyed', 'Resource terraform_data.x has lifecycle.prevent_destroy set'],
  ['TERRAFORM_CHECK_FAILED', 'permanent', 'Check block assertion failed', 'no way'],
  ['TERRAFORM_IMPORT_INVALID', 'permanent', 'Cannot import non-existent remote object', 'the provider detected that no object exists with the given id'],
  ['TERRAFORM_ARGUMENTS_INVALID', 'permanent', 'Unsupported plan mode', 'Forcing resource instance replacement (with -replace=...) is allowed only in normal planning mode.'],
  ['TERRAFORM_VARIABLE_INVALID', 'permanent', 'Invalid value for variable', 'not x This was checked by the validation rule at main.tf:2,1-11.'],
  ['TERRAFORM_VARIABLE_MISSING', 'permanent', 'No value for required variable', 'The root module input variable "m" is not set.'],
];

describe('the table of failures', () => {
  it.each(TABLE)('says %s, %s, of: %s %s', (code, failureClass, summary, detail) => {
    const diagnostics = [{ severity: 'error', summary, detail }];
    const failure = classifyFailure({ step: 'plan', exitCode: 1, signal: null, diagnostics, stderr: '' });

    expect(failure).toMatchObject({ code, class: failureClass });
    expect(failure.message).toContain(summary.replace(/\s+/g, ' '));
  });
});
