const NAME =
  '[\\w-]*(?:authorization|cookie|password|passwd|passphrase|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|signature|credential)';

/** Where a text holds a secret, and what is written instead. */
const RULES: readonly (readonly [RegExp, string])[] = [
  // An address with a password, which may hold anything but a space; a port is none.
  [/([a-z][a-z0-9+.-]*:\/\/[^\s/?#:@]*:)(?!\d{1,5}(?:[/?#\s"',;)]|$))[^\s"']*@/gi, '$1(redacted)@'],
  // One whose user is the secret, as hosts of git take it; their common user is none.
  [/([a-z][a-z0-9+.-]*:\/\/)(?!git@)[^\s/?#:@"']+@/gi, '$1(redacted)@'],
  [/\b(Bearer|Basic|Token)\s+[\w.~+/=-]{6,}/gi, '$1 (redacted)'],
  [/\bbt1\.[\w-]+\.[\w-]+/g, '(redacted)'],
  // JSON in a text, its quotes escaped or not.
  [new RegExp(`(\\\\?"${NAME}\\\\?"\\s*:\\s*\\\\?")(?:[^"\\\\]|\\\\[^"])*`, 'gi'), '$1(redacted)'],
  // Queries, connection strings and headers.
  [new RegExp(`\\b(${NAME}=)("[^"]*"|'[^']*'|[^\\s&,;"']+)`, 'gi'), '$1(redacted)'],
  [
    /\b((?:proxy-)?authorization|(?:set-)?cookie|x-[a-z-]*(?:key|token))(\s*:\s*)(?!\()[^\r\n]+/gi,
    '$1$2(redacted)',
  ],
];

/** The text without what looks like a secret in it. */
export function redactText(text: string): string {
  return RULES.reduce((redacted, [pattern, instead]) => redacted.replace(pattern, instead), text);
}
