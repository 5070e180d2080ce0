import { ApiProblem, isTransient, Unreachable } from '@berth/client';
import { adviceFor, whichOrganization } from './advice.js';
import { span } from './output/words.js';

/** What the process ends with; the help lists them. */
export const ExitCode = {
  done: 0,
  failed: 1,
  wrongUse: 2,
  waitsForPerson: 3,
  notAllowed: 4,
  notReachable: 5,
  timedOut: 124,
  interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The command was called in a way that cannot work; the message says how it can. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

/** The command ends here with this code; the message, where there is one, is for the person. */
export class Ending extends Error {
  override readonly name = 'Ending';

  constructor(
    readonly exitCode: ExitCode,
    message = '',
  ) {
    super(message);
  }
}

/** How the process ends after an error, and what it says. */
export interface Farewell {
  readonly exitCode: ExitCode;
  readonly lines: readonly string[];
}

/** @param url of the api that was called, where one was */
export function farewellAfter(error: unknown, url: string | undefined): Farewell {
  if (error instanceof Ending) {
    return { exitCode: error.exitCode, lines: error.message === '' ? [] : error.message.split('\n') };
  }
  if (error instanceof WrongUse) {
    return { exitCode: ExitCode.wrongUse, lines: error.message.split('\n') };
  }
  if (error instanceof ApiProblem) {
    return afterProblem(error, url);
  }
  if (error instanceof Unreachable) {
    return {
      exitCode: ExitCode.notReachable,
      lines: [`${url ?? 'the api'} does not answer: ${reasonOf(error)}`],
    };
  }
  return { exitCode: ExitCode.failed, lines: [error instanceof Error ? error.message : String(error)] };
}

function afterProblem(problem: ApiProblem, url: string | undefined): Farewell {
  const { status, code, detail, errors, retryAfterMs } = problem;
  const advice = adviceFor(problem);
  if (status === 401) {
    const again = `Sign in again (berth login${url === undefined ? '' : ` ${url}`}), or give a valid key in BERTH_KEY.`;
    return {
      exitCode: ExitCode.notAllowed,
      lines: [`${url ?? 'the api'} refuses the key: ${detail}`, again],
    };
  }
  if (status === 403) {
    return { exitCode: ExitCode.notAllowed, lines: [`not allowed: ${detail}`, ...advice] };
  }
  if (isTransient(problem)) {
    const when = retryAfterMs === undefined ? 'in a moment' : `in ${span(Math.ceil(retryAfterMs / 1_000))}`;
    const lines = [
      `${url ?? 'the api'} cannot answer now: ${detail}`,
      `Try again ${when}; "berth doctor" says more.`,
    ];
    return { exitCode: ExitCode.notReachable, lines };
  }
  if (code === 'ORGANIZATION_NEEDED') {
    return { exitCode: ExitCode.wrongUse, lines: whichOrganization(problem) };
  }
  const fields = errors.map(({ field, message }) => `  ${field}: ${message}`);
  const isAlone = errors.length === 1 && detail.includes(errors[0]?.message ?? '');
  return {
    exitCode: exitCodeOf(problem),
    lines: [detail, ...(isAlone ? [] : fields), ...advice],
  };
}

function exitCodeOf({ status, code }: ApiProblem): ExitCode {
  if (code === 'APPROVED_ALREADY') {
    return ExitCode.waitsForPerson;
  }
  return status === 400 ? ExitCode.wrongUse : ExitCode.failed;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ENOTFOUND: 'its name is not known (is the network there?)',
  EAI_AGAIN: 'its name cannot be looked up now (is the network there?)',
  ECONNRESET: 'the connection broke off',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_SOCKET: 'the connection broke off',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted: name its authority in NODE_EXTRA_CA_CERTS',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted: name its authority in NODE_EXTRA_CA_CERTS',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is not trusted: name its authority in NODE_EXTRA_CA_CERTS',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS: try http:// in place of https://',
};

interface Reason {
  readonly message?: string;
  readonly code?: unknown;
  readonly cause?: unknown;
  /** Of a host with several addresses: what became of each. */
  readonly errors?: readonly unknown[];
}

/** Why nothing came back, in words: the innermost reason that is known. */
export function reasonOf(error: unknown): string {
  for (let at = error; typeof at === 'object' && at !== null; at = (at as Reason).cause) {
    const { code, message, errors = [] } = at as Reason;
    if (typeof code === 'string') {
      return REASONS[code] ?? (message || code);
    }
    if (errors.length > 0) {
      return reasonOf(errors[0]);
    }
  }
  return error instanceof Error ? error.message.replace(/^[A-Z]+ \S+: /, '') : String(error);
}
