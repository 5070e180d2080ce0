/** A variable as a run gets it. */
export interface GivenVariable {
  readonly value: string;
  readonly sensitive: boolean;
  /** Its value is an expression in terraform's language. */
  readonly hcl: boolean;
}

/** A text in a document that is a secret as a whole may be nothing special (`service_account`), unless its name or length says so. */
const SECRET_NAME = /pass|secret|token|key|cred/i;
const LONG = 16;
const MAX_DEPTH = 50;

/**
 * The values to mask of a run's variables: those of sensitive ones, and the texts within, where a value is an expression
 * or a document of JSON: terraform shows such a one in its own way.
 */
export function valuesOfVariables(variables: readonly GivenVariable[]): string[] {
  return variables
    .filter(({ sensitive }) => sensitive)
    .flatMap(({ value, hcl }) => [value, ...(hcl ? textsInExpression(value) : textsInJson(value))]);
}

/** Quoted texts that are not the name of something. In one pass: a value may be anything, and long. */
function textsInExpression(expression: string): string[] {
  const texts: string[] = [];
  for (let open = expression.indexOf('"'); open !== -1;) {
    const close = endOfText(expression, open);
    if (close === -1) {
      break;
    }
    const isName = /^\s*[=:]/.test(expression.slice(close + 1, close + 20));
    texts.push(...(isName ? [] : [unescaped(expression.slice(open + 1, close))]));
    open = expression.indexOf('"', close + 1);
  }
  return texts;
}

/** Where its closing quote is; -1 where there is none. */
function endOfText(expression: string, open: number): number {
  for (let at = open + 1; at < expression.length; at += 1) {
    if (expression[at] === '"') {
      return at;
    }
    at += expression[at] === '\\' ? 1 : 0;
  }
  return -1;
}

function unescaped(text: string): string {
  try {
    return String(JSON.parse(`"${text.replace(/([$%])\1\{/g, '$1{')}"`));
  } catch {
    return text;
  }
}

function textsInJson(value: string): string[] {
  if (!/^\s*[[{]/.test(value)) {
    return [];
  }
  try {
    return textsOf(JSON.parse(value), '', 0);
  } catch {
    return [];
  }
}

function textsOf(json: unknown, name: string, depth: number): string[] {
  if (typeof json === 'string') {
    return json.length >= LONG || SECRET_NAME.test(name) ? [json] : [];
  }
  if (typeof json !== 'object' || json === null || depth > MAX_DEPTH) {
    return [];
  }
  return Array.isArray(json)
    ? json.flatMap((one) => textsOf(one, name, depth + 1))
    : Object.entries(json).flatMap(([key, one]) => textsOf(one, key, depth + 1));
}
