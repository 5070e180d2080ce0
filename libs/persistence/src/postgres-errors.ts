/** The database cannot answer now: retry later, nothing is lost. */
export class DatabaseUnavailable extends Error {
  readonly failureClass = 'transient';

  constructor(cause: unknown) {
    super(`the database cannot answer now: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.name = 'DatabaseUnavailable';
  }
}

/** A row with these values is there already. */
export class UniqueViolation extends Error {
  constructor(
    readonly constraint: string,
    cause: unknown,
  ) {
    super(`a row that ${constraint} allows once is there already`, { cause });
    this.name = 'UniqueViolation';
  }
}

/** What a new row belongs to was deleted in that moment. */
export class ReferenceGone extends Error {
  constructor(what: string, cause?: unknown) {
    super(`${what} is gone`, { cause });
    this.name = 'ReferenceGone';
  }
}

/** A text holds what PostgreSQL cannot store: a zero byte, or half of a character. */
export class UnstorableText extends Error {
  constructor(cause?: unknown) {
    super('a text holds a zero byte or half of a character, which cannot be stored', { cause });
    this.name = 'UnstorableText';
  }
}

/** A value is not of the kind, or beyond the range, of what it is compared with or stored in. */
export class InvalidValue extends Error {
  constructor(cause?: unknown) {
    super('a value is outside of what can be stored or compared: a number, a time or an id', { cause });
    this.name = 'InvalidValue';
  }
}

/**
 * numeric_value_out_of_range, invalid_datetime_format, datetime_field_overflow, invalid_text_representation: the net
 * behind the schemas of requests.
 */
const INVALID_CODES = ['22003', '22007', '22008', '22P02'];
/** character_not_in_repertoire, untranslatable_character */
const UNSTORABLE_CODES = ['22021', '22P05'];

/** Classes and codes of https://www.postgresql.org/docs/current/errcodes-appendix.html that pass by themselves. */
const TRANSIENT_CLASSES = ['08', '53', '57', '58'];
const TRANSIENT_CODES = ['40001', '40P01', '55P03', '25P03', '25P04'];
/** serialization_failure, deadlock_detected, lock_not_available: somebody else was at these rows. */
const HELD_CODES = ['40001', '40P01', '55P03'];
const TRANSIENT_NETWORK = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EPIPE',
  'EAI_AGAIN',
  'EHOSTUNREACH',
];
/** pg gives these no code. */
const TRANSIENT_TEXTS = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Client has encountered a connection error',
];

/**
 * A service of a newer version has changed a table under the statements that this connection has prepared (PostgreSQL:
 * "cached plan must not change result type"). The next connection knows the new table.
 */
export function isOutdatedStatement(error: unknown): boolean {
  return error instanceof Error && 'routine' in error && error.routine === 'RevalidateCachedQuery';
}

/** Whether everything else that is asked of the database now would fail as well. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof DatabaseUnavailable) || isOutdatedStatement(error.cause)) {
    return false;
  }
  const { cause } = error;
  return !(cause instanceof Error && 'code' in cause && HELD_CODES.includes(String(cause.code)));
}

/** Foreign errors become ours where they enter; others pass unchanged. */
export function translatePostgresError(error: unknown): unknown {
  if (!(error instanceof Error)) {
    return error;
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === '23505') {
    const constraint = 'constraint' in error ? String(error.constraint) : 'a unique constraint';
    return new UniqueViolation(constraint, error);
  }
  // What others belong to is deleted with them, so it is never the deletion that fails.
  if (code === '23503') {
    const constraint = 'constraint' in error ? String(error.constraint) : 'a foreign key';
    return new ReferenceGone(`what ${constraint} refers to`, error);
  }
  if (UNSTORABLE_CODES.includes(code)) {
    return new UnstorableText(error);
  }
  if (INVALID_CODES.includes(code)) {
    return new InvalidValue(error);
  }
  const transient =
    isOutdatedStatement(error) ||
    TRANSIENT_CODES.includes(code) ||
    TRANSIENT_NETWORK.includes(code) ||
    (code.length === 5 && TRANSIENT_CLASSES.includes(code.slice(0, 2))) ||
    TRANSIENT_TEXTS.some((text) => error.message.startsWith(text));
  return transient ? new DatabaseUnavailable(error) : error;
}
