import * as contracts from '@berth/contracts';
import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';

type SchemaObject = Exclude<
  NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string],
  { $ref: string }
>;

/** What a client sends (defaults may be left out), or what it is given (they are there). */
export type Direction = 'input' | 'output';

/**
 * A schema of the contracts is called in the document as it is in the code, without the "Field" that tells a few of them
 * from a type of the domain; fields, in small letters, have no names. Not zod's own registry: the messages' schemas are described one by one, each as a whole.
 */
const NAMES = z.registry<{ id: string }>();
const SCHEMAS = new Map<string, z.ZodType>();
for (const [name, schema] of Object.entries(contracts)) {
  if (schema instanceof z.ZodType && /^[A-Z]/.test(name) && !NAMES.has(schema)) {
    const id = name.replace(/Field$/, '');
    NAMES.add(schema, { id });
    SCHEMAS.set(id, schema);
  }
}

const REF = /^#\/components\/schemas\/(input|output):(\w+)$/;

/** A name in one direction, before it is known whether it needs another one for the other. */
export interface NamedUse {
  readonly direction: Direction;
  readonly name: string;
}

/** The use that a reference stands for; undefined of one that is already settled. */
export function useOf(ref: string): NamedUse | undefined {
  const [, direction, name] = REF.exec(ref) ?? [];
  return name === undefined ? undefined : { direction: direction as Direction, name };
}

/** The schema for a place in the document: a reference where it has a name, or with references in it. */
export function placedSchema(schema: z.ZodType, direction: Direction): SchemaObject {
  // Every operation names a problem, and all is described at each start: what has a name need not be read for it.
  if (NAMES.has(schema)) {
    const { id } = NAMES.get(schema) ?? {};
    return { $ref: `#/components/schemas/${direction}:${String(id)}` } as SchemaObject;
  }
  // In a list, since a schema that stands at the top is written out, whatever its name.
  return withRefs(converted(schema, direction).items, direction);
}

/** The schema of this name, written out. */
export function namedSchema({ name, direction }: NamedUse): SchemaObject {
  const schema = SCHEMAS.get(name);
  if (schema === undefined) {
    throw new Error(`there is no schema "${name}"`);
  }
  return withRefs(converted(schema, direction).definitions?.[name], direction);
}

interface Converted {
  readonly items: unknown;
  readonly definitions?: Readonly<Record<string, unknown>>;
}

function converted(schema: z.ZodType, direction: Direction): Converted {
  return z.toJSONSchema(z.array(schema), {
    target: 'openapi-3.0',
    io: direction,
    metadata: NAMES,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (direction === 'output') {
        beOpen(zodSchema, jsonSchema);
      }
    },
  }) as Converted;
}

/** Of an answer: fields may be added to it, and the format of a time says more than a pattern of 300 characters. */
function beOpen(zodSchema: z.core.$ZodTypes, jsonSchema: z.core.JSONSchema.BaseSchema): void {
  const { def } = zodSchema._zod;
  if (def.type === 'object' && def.catchall === undefined) {
    delete jsonSchema.additionalProperties;
  }
  if (jsonSchema.format === 'date-time') {
    delete jsonSchema.pattern;
  }
}

function withRefs(schema: unknown, direction: Direction): SchemaObject {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string'
      ? value.replace('#/definitions/', `#/components/schemas/${direction}:`)
      : value,
  ) as SchemaObject;
}
