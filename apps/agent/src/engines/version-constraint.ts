import semver from 'semver';
import { TaskFailure } from '../failures/task-failure.js';

/** What a workspace asks of its engine's version. */
export interface VersionConstraint {
  /** Set when only one version fits: no index is needed to find it. */
  readonly exact: string | null;
  allows(version: string): boolean;
}

type Comparison = (version: semver.SemVer) => boolean;

const TERM = /^(=|!=|>=|<=|>|<|~>)?\s*v?(\d+(?:\.\d+){0,2})(-[0-9A-Za-z.-]+)?$/;

/**
 * Terraform's own syntax: `1.9.8`, `~> 1.9`, `>= 1.5, < 2`, `!= 1.7.0`. As there, a pre-release is only allowed
 * where it is named in full.
 */
export function parseConstraint(text: string): VersionConstraint {
  const terms = text.split(',').map((term) => parseTerm(term.trim(), text));
  const [only] = terms;
  if (terms.length === 1 && only?.operator === '=') {
    const { version } = only.version;
    return { exact: version, allows: (candidate) => candidate === version };
  }
  const prereleases = terms.map(({ version }) => version).filter(({ prerelease }) => prerelease.length > 0);
  return {
    exact: null,
    allows: (candidate) => {
      const version = semver.parse(candidate);
      const named =
        version?.prerelease.length === 0 || prereleases.some((one) => one.version === version?.version);
      return version !== null && named && terms.every(({ fits }) => fits(version));
    },
  };
}

interface Term {
  readonly operator: string;
  readonly version: semver.SemVer;
  readonly fits: Comparison;
}

function parseTerm(term: string, whole: string): Term {
  const [, operator = '=', numbers = '', prerelease = ''] = TERM.exec(term) ?? [];
  const parts = numbers.split('.');
  const version = semver.parse(`${[...parts, '0', '0'].slice(0, 3).join('.')}${prerelease}`);
  if (numbers === '' || version === null) {
    throw TaskFailure.permanent(
      'ENGINE_VERSION_INVALID',
      `"${whole}" is no version and no version constraint; write, for example, "1.9.8", "~> 1.9" or ">= 1.5, < 2".`,
    );
  }
  return { operator, version, fits: comparison(operator, version, parts.length) };
}

function comparison(operator: string, wanted: semver.SemVer, parts: number): Comparison {
  switch (operator) {
    case '!=':
      return (version) => semver.neq(version, wanted);
    case '>':
      return (version) => semver.gt(version, wanted);
    case '>=':
      return (version) => semver.gte(version, wanted);
    case '<':
      return (version) => semver.lt(version, wanted);
    case '<=':
      return (version) => semver.lte(version, wanted);
    case '~>':
      // Only the last part that is written may grow: "~> 1.9" ends before 2, "~> 1.9.0" before 1.10.
      return (version) =>
        semver.gte(version, wanted) &&
        (parts < 2 || version.major === wanted.major) &&
        (parts < 3 || version.minor === wanted.minor);
    default:
      return (version) => semver.eq(version, wanted);
  }
}
