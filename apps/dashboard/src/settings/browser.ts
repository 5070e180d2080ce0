/** Those that name others come first: every browser says that it is Mozilla, and most that they are Safari. */
const BROWSERS = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const;

/** `Firefox on Linux`; what is not known stays as it says itself. */
export function browserInWords(userAgent: string): string {
  const named = (names: readonly (readonly [string, string])[]): string | undefined =>
    names.find(([part]) => userAgent.includes(part))?.[1];
  const browser = named(BROWSERS);
  const system = named(SYSTEMS);
  return browser === undefined ? userAgent : `${browser}${system === undefined ? '' : ` on ${system}`}`;
}
