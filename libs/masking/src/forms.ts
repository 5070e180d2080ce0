/** Shorter values are masked nowhere: a log in which each "1" or "true" is masked says nothing. */
export const SHORTEST_MASKED = 6;

/**
 * A text and what becomes of it on its way into a log or a plan, the likeliest first: in JSON, in terraform's language, in
 * Go's quotes, in addresses and forms, and in base64, also within a longer text (`user:password`).
 */
export function formsOf(text: string): string[] {
  const forms = new Set([text, ...escapedForms(text), ...urlForms(text), ...base64Forms(Buffer.from(text))]);
  return [...forms].filter((form) => Buffer.byteLength(form) >= SHORTEST_MASKED);
}

/** Where there is too much to be looked for in every form. */
export function likeliestForms(text: string): string[] {
  return [...new Set([text, inJson(text)])];
}

function escapedForms(text: string): string[] {
  const json = inJson(text);
  const html = htmlSafe(json);
  return [
    json,
    html,
    json.replace(/([$%])\{/g, '$1$1{'),
    inGoQuotes(text),
    asciiOnly(json),
    // JSON in a text of JSON: bodies of requests in a trace.
    inJson(json),
    inJson(html),
  ];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** As Go's encoding/json writes it unless it is told otherwise, and so terraform's `-json`. */
function htmlSafe(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, unicodeEscape);
}

function asciiOnly(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const GO_ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** `%q` */
function inGoQuotes(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- these are what is escaped
    /[\x00-\x1f\x7f"\\]/g,
    (character) => GO_ESCAPES[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** Characters that stay as they are, by who encodes. */
const UNESCAPED = {
  strict: /[A-Za-z0-9_.~-]/,
  component: /[A-Za-z0-9_.!~*'()-]/,
  form: /[A-Za-z0-9_.*-]/,
  userOfAddress: /[A-Za-z0-9_.~$&+,;=-]/,
  wholeAddress: /[A-Za-z0-9_.!~*'();/?:@&=+$,#-]/,
};

function urlForms(text: string): string[] {
  const { strict, component, form, userOfAddress, wholeAddress } = UNESCAPED;
  const upper = [
    ...[component, strict, userOfAddress, wholeAddress].map((kept) => percentEncoded(text, kept)),
    ...[form, strict].map((kept) => percentEncoded(text, kept).replaceAll('%20', '+')),
  ];
  return [...upper, ...upper.map((one) => one.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()))];
}

function percentEncoded(text: string, kept: RegExp): string {
  return Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    return byte < 0x80 && kept.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

/**
 * With and without padding, in both alphabets; and for each of the three places that a text may have in a longer one, the
 * characters that hold nothing of its neighbours.
 */
function base64Forms(bytes: Buffer): string[] {
  const standard = [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    return [padded.slice(from, to), padded.replace(/=+$/, '').slice(from), padded.slice(from)];
  });
  return [...standard, ...standard.map((one) => one.replaceAll('+', '-').replaceAll('/', '_'))];
}
