/** A place in a resource's attributes: names of attributes, keys of maps, numbers in lists. */
export type Path = readonly (string | number)[];

/** Says whether a value must not be shown. */
export type IsSensitive = (path: Path) => boolean;

/** Providers mark what is secret for plans; older terraforms and OpenTofu do not write those marks into the state. */
const SECRET_NAME = /password|passwd|passphrase|secret|token|private_?key|access_?key|api_?key|credential/i;

interface Step {
  readonly value?: unknown;
}

/** What the state itself marks, what is called like a secret, and all of a resource that is one. */
export function sensitivePaths(type: string, marked: readonly unknown[]): IsSensitive {
  if (SECRET_NAME.test(type)) {
    return (path) => path.length > 0;
  }
  const paths = marked.map((path) => (Array.isArray(path) ? path.map(stepOf) : []));
  return (path) =>
    path.some((step) => typeof step === 'string' && SECRET_NAME.test(step)) ||
    paths.some((one) => one.length <= path.length && one.every((step, n) => step === String(path[n])));
}

/** `{"type": "get_attr", "value": "x"}`, or an index, whose value has a type and a value of its own. */
function stepOf(step: Step | null): string {
  const value = step?.value;
  const inner = typeof value === 'object' && value !== null ? (value as Step).value : value;
  return typeof inner === 'string' || typeof inner === 'number' ? String(inner) : '';
}

/** `tags.Name`, `ingress[0].cidr`, and a key that is no name in quotes. */
export function pathInWords(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') {
      return `${text}[${step}]`;
    }
    const isName = /^[A-Za-z_][\w-]*$/.test(step);
    return isName ? `${text}${text === '' ? '' : '.'}${step}` : `${text}[${JSON.stringify(step)}]`;
  }, '');
}
