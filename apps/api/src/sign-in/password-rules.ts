const LEAST = 12;
const MOST = 200;

/** What people are told before they choose one. */
export const PASSWORD_HINT = `at least ${LEAST} characters; a few words are good`;

/** What is wrong with a new password; null where nothing is. */
export function passwordFault(password: string, email: string): string | null {
  const { length } = password;
  if (length < LEAST || length > MOST) {
    return `a password has ${LEAST} to ${MOST} characters, this one has ${length}`;
  }
  const [name = ''] = email.split('@');
  if ([email, name].some((known) => password.toLowerCase() === known.toLowerCase())) {
    return 'a password must not be your own address';
  }
  if (new Set(password).size < 4) {
    return 'this password has too few different characters';
  }
  return null;
}
