import type { FieldLimit } from './form-fields.js';

/** What opens the certs, and the keychain that a machine puts them in. */
export interface CertPasswords {
  readonly p12Password?: string;
  readonly keychainPassword?: string;
}

const PASSWORD: FieldLimit = { maxLength: 1_000 };

/** The fields of a submission that may hold them, in either spelling. */
export const PASSWORD_FIELDS = {
  p12Password: PASSWORD,
  p12_password: PASSWORD,
  keychainPassword: PASSWORD,
  keychain_password: PASSWORD,
} as const;

/** Those that are given. */
export function passwordsOf(fields: Readonly<Record<string, unknown>>): CertPasswords {
  const textOf = (...names: readonly string[]): string | undefined =>
    names.map((name) => fields[name]).find((one): one is string => typeof one === 'string');
  const p12Password = textOf('p12Password', 'p12_password');
  const keychainPassword = textOf('keychainPassword', 'keychain_password');
  return {
    ...(p12Password === undefined ? {} : { p12Password }),
    ...(keychainPassword === undefined ? {} : { keychainPassword }),
  };
}
