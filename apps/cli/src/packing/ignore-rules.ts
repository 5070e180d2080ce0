/** What the rules say of a path. */
export interface Verdict {
  readonly excluded: boolean;
  /** Of a folder: no later rule can take anything below it back, so nobody has to look there. */
  readonly final: boolean;
}

interface Rule {
  readonly source: string;
  readonly negated: boolean;
  /** Null where the pattern is none; such a rule matches nothing, as with terraform. */
  readonly expression: RegExp | null;
  negationsAfter: boolean;
}

/** Those that always hold first: `.git/`, `.terraform/`, `!.terraform/modules/`. */
const DEFAULTS = ['.git/', '.terraform/', '!.terraform/modules/'];

/**
 * The rules of a .terraformignore behind those that hold without one, read as terraform's own command line reads them: the
 * last rule that matches decides; a pattern without a leading "/" counts at any depth; `**` crosses folders, `*`
 * and `?` do not; a pattern that ends with "/" means all that is below a folder, and one that does not means the entry of
 * that name alone. What a regular expression understands beside that (`[a-z]`, `+`, `|`) is passed to it.
 */
export class IgnoreRules {
  private constructor(private readonly rules: readonly Rule[]) {}

  /** @param content of the .terraformignore, where there is one */
  static of(content = ''): IgnoreRules {
    const rules: Rule[] = [];
    for (const line of [...DEFAULTS, ...content.split('\n')]) {
      const rule = ruleOf(line);
      if (rule !== undefined) {
        if (rule.negated) {
          rules.forEach((before) => {
            before.negationsAfter = true;
          });
        }
        rules.push(rule);
      }
    }
    return new IgnoreRules(rules);
  }

  /** The lines that are no pattern. */
  get invalid(): string[] {
    return this.rules.flatMap(({ expression, source }) => (expression === null ? [source] : []));
  }

  /** @param path below the root, with "/" behind it where it is asked of what is in a folder */
  judge(path: string): Verdict {
    let verdict: Verdict = { excluded: false, final: false };
    for (const { expression, negated, negationsAfter } of this.rules) {
      if (expression?.test(path) === true) {
        verdict = { excluded: !negated, final: !negated && !negationsAfter };
      }
    }
    return verdict;
  }
}

function ruleOf(line: string): Rule | undefined {
  const text = line.trim();
  const negated = text.startsWith('!');
  const pattern = negated ? text.slice(1) : text;
  if (pattern === '' || text.startsWith('#')) {
    return undefined;
  }
  const whole = pattern.endsWith('/') ? `${pattern}**` : pattern;
  const placed = whole.startsWith('/') ? whole.slice(1) : `**/${whole}`;
  return { source: text, negated, expression: expressionOf(placed), negationsAfter: false };
}

function expressionOf(pattern: string): RegExp | null {
  let source = '';
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '*' && characters[at + 1] === '*') {
      // `**/` is `**`: any number of folders, none included.
      at += characters[at + 2] === '/' ? 2 : 1;
      source += at + 1 >= characters.length ? '.*' : '(.*/)?';
    } else if (character === '*') {
      source += '[^/]*';
    } else if (character === '?') {
      source += '[^/]';
    } else if (character === '.' || character === '$') {
      source += `\\${character}`;
    } else if (character === '\\') {
      at += 1;
      source += literal(characters[at] ?? '\\');
    } else {
      source += character;
    }
  }
  return compiled(source, 'u') ?? compiled(source, '');
}

function literal(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

function compiled(source: string, flags: string): RegExp | null {
  try {
    return new RegExp(`^${source}$`, flags);
  } catch {
    return null;
  }
}
