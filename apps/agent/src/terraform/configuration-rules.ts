import { FailureClass } from '@berth/domain';
import { normalise, type FailureRule } from './failure-rule.js';
import type { Diagnostic } from './terraform-events.js';
import { unsupportedVersion } from './required-version.js';

const { permanent } = FailureClass;

/**
 * Words with which terraform judges what it was given, and names of what the world has a part in. A judgement without
 * one of those comes out the same however often it is asked for.
 */
const JUDGEMENT =
  /^(\d+ problems: - )?(Ambiguous|Conflicting|Duplicate|Incompatible|Invalid|Missing|Reference to|Reserved|Self[ -]refer|Undeclared|Undefined|Unknown|Unsuitable|Unsupported) /;
const WORLD =
  /https?:|\b(dial|lookup|EOF|timed? ?out|deadline|connect\w*|responses?|requests?|servers?|status|plugin|rpc|downloads?|registry|hosts?|sockets?|tls|locks?|disk|memory|cached?)\b/i;

const VALUE_REFUSED = /^Invalid value for (input )?variable/;

/** What is wrong with where modules are said to be; after the rules of the networks that they come over. */
export const MODULE_RULES: readonly FailureRule[] = [
  {
    // The call after the last that fits: each is one more piece of a folder's name.
    code: 'TERRAFORM_MODULE_CYCLE',
    class: permanent,
    summary:
      /^(Failed to (remove local|create|read) |Unreadable |Failed to download )module|module (cache|directory)/i,
    text: /file name too long|too many levels of symbolic links/,
    advice:
      'A module calls itself, directly or through others, or modules call each other too deep: break the circle.',
  },
  {
    code: 'TERRAFORM_MODULE_OUTSIDE',
    class: permanent,
    summary: /^Unreadable module directory/,
    text: /(lstat|stat|open|directory) (\.\.(\/|:|\s)|\/)/,
    advice:
      "The module is not in what was uploaded: upload from the folder higher up that holds it too, and set the workspace's workingDirectory to the folder that runs; or correct the module's source.",
  },
  {
    code: 'TERRAFORM_MODULE_INVALID',
    class: permanent,
    summary:
      /^(Failed to (download module|expand subdir globs|read (module directory|directory for module))|Could not download module|Unreadable module (directory|subdirectory)|Module not found|Error accessing remote module registry|Local module path escapes module package|Root module references parent directory)/,
    advice: "Correct the module's source and the workspace's credentials for it.",
  },
];

/**
 * What only a change of the configuration, of a variable or of the call mends. None of it can come from a network, a
 * disk, memory, a lock or the start of a provider: those are recognised before, by what they say.
 */
export const CONFIGURATION_RULES: readonly FailureRule[] = [
  {
    code: 'TERRAFORM_VERSION_UNSUPPORTED',
    class: permanent,
    summary: /^Unsupported (Terraform|OpenTofu) Core version/,
    advice: unsupportedVersion,
  },
  {
    code: 'TERRAFORM_LOCK_FILE_INVALID',
    class: permanent,
    summary: /^Failed to read dependency lock file(?!.*could not be read)/i,
    advice:
      'The file .terraform.lock.hcl is broken, most often by marks of a merge: mend it, or delete it and run terraform init.',
  },
  {
    code: 'TERRAFORM_PREVENT_DESTROY',
    class: permanent,
    summary: /^Instance cannot be destroyed/,
    advice: 'The configuration forbids it with prevent_destroy: take that out first, or keep the resource.',
  },
  {
    code: 'TERRAFORM_PRECONDITION_FAILED',
    class: permanent,
    summary: /precondition failed$/,
    advice: 'A precondition of the configuration does not hold: see its error message.',
  },
  {
    code: 'TERRAFORM_POSTCONDITION_FAILED',
    class: permanent,
    summary: /postcondition failed$/,
    advice: 'A postcondition of the configuration does not hold: see its error message.',
  },
  {
    code: 'TERRAFORM_CHECK_FAILED',
    class: permanent,
    summary: /^Check block assertion failed/,
    advice: 'A check of the configuration does not hold: see its error message.',
  },
  {
    // A value that is an expression has a file of its own.
    code: 'TERRAFORM_VARIABLE_NEEDS_HCL',
    class: permanent,
    summary: VALUE_REFUSED,
    text: /: (list|map|object|set|tuple)\b.* required/,
    file: /berth-variables\.tfvars\.json$/,
    advice:
      'The variable was given as a string: set "hcl": true on it, so that its value is read as an expression, such as ["a", "b"] or { a = 1 }.',
  },
  {
    code: 'TERRAFORM_VARIABLE_NEEDS_HCL',
    class: permanent,
    summary: /^Invalid for_each (set )?argument/,
    text: /provided a value of type string/,
    advice: 'Where a variable gives that value, set "hcl": true on it: without, it is a string.',
  },
  {
    code: 'TERRAFORM_VARIABLE_INVALID',
    class: permanent,
    summary: VALUE_REFUSED,
    advice: "Correct the variable in the workspace's variables.",
  },
  {
    code: 'TERRAFORM_VARIABLE_MISSING',
    class: permanent,
    summary:
      /^(No value for required variable|Unassigned variable|Required variable not set|Can't change variable when applying a saved plan)/,
    advice: "Set the variable in the workspace's variables.",
  },
  {
    code: 'TERRAFORM_ARGUMENTS_INVALID',
    class: permanent,
    summary:
      /^(Failed to parse command-line flags|Too many command line arguments|Invalid (target|force-replace|replace|-var option|command-line option|mode option|parallelism value|generate-config-out)|(Incompatible|Unsupported) (plan|refresh|command-line) (mode|options|flags)|Conflicting command-line|Resource targeting|Moved resource instances excluded by targeting|Incompletely-matched force-replace|Can't re-plan a saved plan|Destroy can't be called with a plan file)/,
    advice: "Correct the task's targets and options.",
  },
  {
    code: 'TERRAFORM_IMPORT_INVALID',
    class: permanent,
    summary:
      /^(Cannot import non-existent remote object|Resource already managed by|Configuration for import target|Import (block target|returned)|Multiple import states|Invalid import)/,
    advice: 'Correct the import block.',
  },
  {
    code: 'TERRAFORM_CONFIGURATION_INVALID',
    class: permanent,
    summary: /^Failed to read file/,
    advice: 'The file is a link that leads nowhere, or cannot be read: correct it and upload again.',
  },
  {
    code: 'TERRAFORM_CONFIGURATION_INVALID',
    class: permanent,
    summary:
      /^(\d+ problems: - )?(Cycle: |Self reference: |Cyclic dependency|No configuration files|Self reference in move|Unresolved resource instance address changes|Provider configuration not present|Resource has no configuration|Inconsistent provider versions|Value for undeclared variable|Interpolated environment variable not set|Configuration contains unknown value|Backend configuration (changed|contains)|Both a backend and cloud)/,
    advice: 'Correct the configuration.',
  },
];

/** Whether terraform, of its own accord and at no place, calls something wrong that will be the same another time. */
export function isJudgement({ summary, detail, range, address }: Diagnostic): boolean {
  const text = `${normalise(summary)} ${normalise(detail)}`;
  return !range && !address && JUDGEMENT.test(text) && !WORLD.test(text);
}
