import fc from 'fast-check';
import { nastyJson, nastyNumber, nastyText } from './nasty.js';

/** The parts of a schema of an OpenAPI 3.0 document that ours have. */
export interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly nullable?: boolean;
}

/** Mostly what the schema takes, and now and then, anywhere in it, what it does not. */
export function valueOf(schema: Schema, known: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: rightValue(schema, known) },
    { weight: 1, arbitrary: nastyJson },
    ...(schema.nullable === true ? [{ weight: 1, arbitrary: fc.constant(null) }] : []),
  );
}

function rightValue(schema: Schema, known: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const alternatives = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (alternatives !== undefined && alternatives.length > 0) {
    return fc.oneof(...alternatives.map((one) => valueOf(one, known)));
  }
  if (schema.enum !== undefined) {
    return fc.constantFrom(...schema.enum);
  }
  switch (schema.type) {
    case 'string':
      return textOf(schema, known);
    case 'integer':
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valueOf(schema.items ?? {}, known), { maxLength: Math.min(schema.maxItems ?? 4, 4) });
    case 'object':
      return objectOf(schema, known);
    case undefined:
    default:
      return nastyJson;
  }
}

function textOf(schema: Schema, known: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const { pattern, minLength = 0, maxLength = 40 } = schema;
  const right = fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)) });
  return fc.oneof(
    { weight: 4, arbitrary: pattern === undefined ? right : matching(pattern, right) },
    { weight: 4, arbitrary: known },
    { weight: 2, arbitrary: nastyText },
    { weight: 1, arbitrary: fc.constant('x'.repeat(Math.min(maxLength + 1, 300_000))) },
  );
}

/** Patterns with a syntax that the library does not know are not matched. */
function matching(pattern: string, instead: fc.Arbitrary<string>): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern));
  } catch {
    return instead;
  }
}

function numberOf({ minimum = -1_000, maximum = 2 ** 40 }: Schema): fc.Arbitrary<number> {
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.integer({ min: minimum, max: Math.max(minimum, Math.min(maximum, 2 ** 40)) }),
    },
    { weight: 1, arbitrary: fc.constantFrom(minimum - 1, maximum, maximum + 1) },
    { weight: 1, arbitrary: nastyNumber },
  );
}

function objectOf(schema: Schema, known: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, valueOf(field, known)]),
  );
  const requiredKeys = required.filter((name) => name in fields);
  const right = fc.record(fields, { requiredKeys });
  const more = fc.dictionary(
    nastyText,
    typeof additionalProperties === 'object' ? valueOf(additionalProperties, known) : nastyJson,
    { maxKeys: 2 },
  );
  return fc.oneof(
    { weight: 6, arbitrary: right },
    { weight: 1, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.tuple(right, more).map(([one, two]) => ({ ...one, ...two })) },
  );
}
