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
