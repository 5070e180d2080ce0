import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { nastyCursor, nastyJson, nastyText } from './nasty.js';
import { valueOf, type Schema } from './schema-arbitrary.js';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema?: Schema;
}

interface OperationDocument {
  readonly operationId?: string;
  readonly 'x-permission'?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationDocument>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly document: OperationDocument;
}

export interface FuzzRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

/** What a client could not put on the wire is no request. */
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;

export function operationsOf(document: OpenApiDocument): Operation[] {
  return Object.entries(writtenOut(document.paths, document)).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, document]) => ({ method: method.toUpperCase(), path, document })),
  );
}

/** With the schemas in the place of their names; none of them holds itself. */
function writtenOut<T>(part: T, document: OpenApiDocument): T {
  return JSON.parse(JSON.stringify(part), (_key, value: unknown) => {
    const ref = (value as { readonly $ref?: unknown } | null)?.$ref;
    return typeof ref === 'string' ? writtenOut(schemaAt(ref, document), document) : value;
  }) as T;
}

function schemaAt(ref: string, { components }: OpenApiDocument): Schema {
  const schema = components.schemas[ref.replace('#/components/schemas/', '')];
  if (schema === undefined) {
    throw new Error(`${ref} leads nowhere`);
  }
  return schema;
}

/** Requests for one operation: of what its document says, with something wrong in about every second one. */
export function requestsOf(
  { path, document }: Operation,
  known: fc.Arbitrary<string>,
): fc.Arbitrary<FuzzRequest> {
  const { parameters = [], requestBody } = document;
  return fc
    .record({
      path: fc
        .tuple(pathOf(path, known), queryOf(parameters, known))
        .map(([place, query]) => `${place}${query === '' ? '' : `?${query}`}`),
      headers: headersOf(parameters),
      body: bodyOf(requestBody?.content ?? {}, known),
    })
    .map(({ body, ...request }) => ({
      ...request,
      headers: { ...(body.type === null ? {} : { 'content-type': body.type }), ...request.headers },
      body: body.bytes,
    }));
}

function pathOf(path: string, known: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const parts = path.split(/\{[^}]+\}/);
  const values = parts
    .slice(1)
    .map(() => fc.oneof({ weight: 5, arbitrary: known }, { weight: 1, arbitrary: nastyText }));
  return fc
    .tuple(...values)
    .map((given) =>
      parts.map((part, n) => (n === 0 ? part : `${encoded(given[n - 1] ?? '') || '-'}${part}`)).join(''),
    );
}

function queryOf(parameters: readonly Parameter[], known: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const pairs = parameters
    .filter((one) => one.in === 'query')
    .map(({ name, schema }) =>
      fc.option(
        (name === 'cursor' ? nastyCursor : valueOf(schema ?? {}, known)).map(
          (value) => `${name}=${encoded(typeof value === 'string' ? value : JSON.stringify(value))}`,
        ),
        { nil: null },
      ),
    );
  const odd = fc.constantFrom(
    null,
    null,
    null,
    null,
    'x=1',
    'limit=1&limit=2',
    'cursor[]=1',
    '__proto__=1',
    '%ff=%fe',
    '&&',
    'ID=%00',
  );
  return fc.tuple(...pairs, odd).map((given) => given.filter((pair) => pair !== null).join('&'));
}

function headersOf(parameters: readonly Parameter[]): fc.Arbitrary<Record<string, string>> {
  const value = nastyText.filter((text) => HEADER_VALUE.test(text) && text.trim() === text);
  const asked = parameters.filter((one) => one.in === 'header').map(({ name }) => name.toLowerCase());
  const names = fc.constantFrom(
    'last-event-id',
    'idempotency-key',
    'content-type',
    'accept',
    'x-berth-sha256',
    'content-md5',
    ...asked,
  );
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(names, value, { maxKeys: 2 }) },
    {
      weight: 1,
      arbitrary: value.map((id) => ({ accept: 'text/event-stream', 'last-event-id': id })),
    },
  );
}

interface FuzzBody {
  readonly type: string | null;
  readonly bytes: Buffer | null;
}

function bodyOf(
  content: Readonly<Record<string, { readonly schema?: Schema }>>,
  known: fc.Arbitrary<string>,
): fc.Arbitrary<FuzzBody> {
  const own = Object.entries(content).map(([type, { schema = {} }]) =>
    type === 'application/json' && schema.format !== 'binary'
      ? valueOf(schema, known).map((value) => ({ type, bytes: Buffer.from(JSON.stringify(value)) }))
      : bytesOf(known).map((bytes) => (type.startsWith('multipart/') ? asForm(bytes) : { type, bytes })),
  );
  const none = fc.constant({ type: null, bytes: null });
  if (own.length === 0) {
    return fc.oneof({ weight: 4, arbitrary: none }, { weight: 1, arbitrary: anyJson() });
  }
  return fc.oneof(
    { weight: 8, arbitrary: fc.oneof(...own) },
    { weight: 1, arbitrary: none },
    { weight: 1, arbitrary: anyJson() },
    { weight: 1, arbitrary: bytesOf(known).map((bytes) => ({ type: 'application/json', bytes })) },
  );
}

function anyJson(): fc.Arbitrary<FuzzBody> {
  return nastyJson.map((value) => ({ type: 'application/json', bytes: Buffer.from(JSON.stringify(value)) }));
}

/** Among them states, locks and archives, whole and broken. */
function bytesOf(known: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
  const state = fc
    .record({
      version: fc.constantFrom(4, 3, 2 ** 60, 'x'),
      serial: fc.oneof(fc.nat(), nastyJson),
      lineage: fc.oneof(known, nastyText),
      outputs: fc.oneof(
        fc.constant({}),
        fc.dictionary(nastyText, fc.record({ value: nastyJson, type: nastyJson }), { maxKeys: 2 }),
      ),
      resources: fc.constantFrom([], null, [
        { mode: 'managed', type: 't', name: 'n', instances: [{ index_key: '\ud800' }] },
      ]),
    })
    .map((value) => Buffer.from(JSON.stringify(value)));
  const lock = fc
    .record({ ID: fc.oneof(known, nastyText), Who: nastyText, Info: nastyJson, Created: nastyText })
    .map((value) => Buffer.from(JSON.stringify(value)));
  const deep = fc
    .constantFrom(30_000, 3_000, 150)
    .map((depth) =>
      Buffer.from(
        `{"version":4,"serial":1,"lineage":"l","outputs":{"o":{"type":"string","value":${'['.repeat(depth)}${']'.repeat(depth)}}}}`,
      ),
    );
  return fc.oneof(
    bytes,
    state,
    lock,
    deep,
    fc.oneof(bytes, state).map((raw) => gzipSync(raw)),
    fc.constant(Buffer.alloc(0)),
  );
}

function asForm(bytes: Buffer): FuzzBody {
  const part = (head: string, content: Buffer | string) => [
    Buffer.from(`--fuzz\r\ncontent-disposition: form-data; ${head}\r\n\r\n`),
    Buffer.from(content as string),
    Buffer.from('\r\n'),
  ];
  const [odd = 0, other = 0] = bytes;
  const fields = [
    ...part('name="platform"', odd % 3 === 0 ? bytes : 'ios'),
    ...part('name="success"', odd % 2 === 0 ? 'true' : 'false'),
    ...part('name="build_id"', bytes.subarray(0, 40)),
    ...part('name="error_message"', bytes),
    ...part(`name="${other % 2 === 0 ? 'source' : 'result'}"; filename="a\u0001b"`, bytes),
    ...part('name="certs"; filename="../c"', bytes),
    Buffer.from(other % 5 === 0 ? '' : '--fuzz--\r\n'),
  ];
  return { type: 'multipart/form-data; boundary=fuzz', bytes: Buffer.concat(fields) };
}

/** Halves of pairs cannot be in a URL at all; a percent sign may stand there as it is. */
function encoded(text: string): string {
  const whole = text.replace(/[\ud800-\udfff]/gu, '');
  return whole.startsWith('%') ? whole.replaceAll(/[^\x21-\x7e]|[#?/]/g, '') : encodeURIComponent(whole);
}
