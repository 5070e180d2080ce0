/**
 * The same JSON in characters that PostgreSQL can store: it takes no zero and no half of a surrogate pair, neither in a
 * text nor in JSON, and what programs print may hold both. A message with one of them would come back for ever.
 */
export function storable<T>(json: T): T {
  return cleaned(json) as T;
}

function cleaned(json: unknown): unknown {
  if (typeof json === 'string') {
    return cleanText(json);
  }
  if (Array.isArray(json)) {
    return json.map(cleaned);
  }
  if (json !== null && typeof json === 'object') {
    return Object.fromEntries(Object.entries(json).map(([key, value]) => [cleanText(key), cleaned(value)]));
  }
  return json;
}

/** In this mode a lone half matches, and a pair does not. */
const UNSTORABLE = /[\0\ud800-\udfff]/gu;

function cleanText(text: string): string {
  return text.replace(UNSTORABLE, '\ufffd');
}

/** Where in the JSON a text stands that cannot be stored, as a person names it (`data.0.name`); null where none does. */
export function unstorablePath(json: unknown, path = ''): string | null {
  if (typeof json === 'string') {
    return isStorable(json) ? null : path || 'body';
  }
  if (json === null || typeof json !== 'object') {
    return null;
  }
  for (const [key, value] of Object.entries(json)) {
    const inner = path === '' ? cleanText(key) : `${path}.${cleanText(key)}`;
    const found = isStorable(key) ? unstorablePath(value, inner) : inner;
    if (found !== null) {
      return found;
    }
  }
  return null;
}

/** What is wrong with a text that is not storable, behind the name of its field. */
export const UNSTORABLE_TEXT = 'holds a zero byte or half of a character, which cannot be stored';

/** False of a text with a zero character or half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return text.search(UNSTORABLE) === -1;
}
