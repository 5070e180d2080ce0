import { applyDecorators, SetMetadata } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiIncludeEndpoint,
  ApiOperation,
  ApiQuery,
  ApiResponse,
} from '@nestjs/swagger';
import { Problem } from '@berth/contracts';
import type { Permission } from '@berth/domain';
import type { z } from 'zod';
import { callersOf, type CallerKind } from '../auth/caller.js';
import type { JsonLimits } from './json-limits.js';
import { placedSchema } from './named-schemas.js';

export interface Description {
  /** What clients call it by: a verb and a noun, which stay. Without one it is not in the OpenAPI document. */
  readonly id?: string;
  readonly summary: string;
  /** What people and services need for it; every operation that is open to them names one. */
  readonly permission?: Permission;
  /**
   * Where they need it. Without a word: where the route leads, a workspace or the organization. `somewhere`: in any
   * place, and the operation itself sees to the one that its body names. `listed`: it gives what is in the places where
   * they have it, be it nothing. `installation`: in its first organization. `account`: it is about the one who asks.
   */
  readonly place?: 'somewhere' | 'listed' | 'installation' | 'account';
  /** What is enough for a task that the caller has queued, while it plans. */
  readonly orOwn?: Permission;
  readonly body?: z.ZodType;
  /** Where the JSON body may have more than is usual. */
  readonly bodyLimits?: Partial<JsonLimits>;
  /** The body may come as a form too, which the operation reads itself. */
  readonly alsoForms?: boolean;
  /** Of a body that is not JSON. */
  readonly bodyType?: string;
  readonly query?: z.ZodObject;
  /** What it reads from headers, beside what all do. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
  readonly answer?: z.ZodType;
  /** Of an answer that has no schema of ours. */
  readonly answerType?: string;
  /** Of each event's data, where with Accept: text/event-stream it follows. */
  readonly events?: z.ZodType;
  /** Takes an Idempotency-Key; its answer is kept for a day, so it holds no secret. */
  readonly idempotent?: boolean;
}

/** Where an operation keeps its description. */
export const DESCRIPTION = 'berth:description';

interface Place {
  readonly handler: object;
  readonly controller: object;
}

/** Where each operation of the document is. */
const PLACES = new Map<string, Place>();

/** What an operation says of itself. @throws Error where there is none of the name */
export function descriptionOf(id: string): Description {
  const place = PLACES.get(id);
  if (place === undefined) {
    throw new Error(`there is no operation "${id}"`);
  }
  return Reflect.getMetadata(DESCRIPTION, place.handler) as Description;
}

/** Who may call an operation; null where anyone may. */
export function callersOfOperation(id: string): readonly CallerKind[] | null {
  const place = PLACES.get(id);
  if (place === undefined) {
    throw new Error(`there is no operation "${id}"`);
  }
  return callersOf(place.handler, place.controller);
}

/** Says what a call takes and gives: to the OpenAPI document, from the same schemas that check it, and to who reads bodies. */
export function Describe(description: Description): MethodDecorator {
  const { id, summary } = description;
  const inDocument =
    id === undefined
      ? []
      : [
          ApiIncludeEndpoint(),
          keepPlace(id),
          forgetSchemasOfParameters,
          ApiOperation({ operationId: id, summary }),
          ...whatIsSent(description),
          ...whatIsGiven(description),
        ];
  return applyDecorators(SetMetadata(DESCRIPTION, description), ...inDocument);
}

/** @throws Error where two operations would have one name */
function keepPlace(id: string): MethodDecorator {
  return ({ constructor }, _name, { value }) => {
    if (PLACES.has(id)) {
      throw new Error(`two operations are called "${id}"`);
    }
    PLACES.set(id, { handler: value as object, controller: constructor });
  };
}

/**
 * Of a parameter whose type has the name of its schema, swc keeps the schema as its class where tsc keeps Object. What it
 * takes is described here; from a schema that it takes for a class, Nest would read more.
 */
const forgetSchemasOfParameters: MethodDecorator = (target, name) => {
  const key = 'design:paramtypes';
  const types = (Reflect.getMetadata(key, target, name) ?? []) as unknown[];
  Reflect.defineMetadata(
    key,
    types.map((type) => (typeof type === 'function' ? type : Object)),
    target,
    name,
  );
};

function whatIsSent({ body, bodyType, query, ...description }: Description): MethodDecorator[] {
  const parts: MethodDecorator[] = [];
  if (body !== undefined) {
    parts.push(ApiBody({ schema: placedSchema(body, 'input') }));
  } else if (bodyType !== undefined) {
    parts.push(ApiConsumes(bodyType), ApiBody({ schema: { type: 'string', format: 'binary' } }));
  }
  for (const [name, field] of Object.entries(query?.shape ?? {}) as [string, z.ZodType][]) {
    const required = !field.safeParse(undefined).success;
    parts.push(ApiQuery({ name, required, schema: placedSchema(field, 'input') }));
  }
  const headers = {
    ...(description.idempotent === true
      ? { 'Idempotency-Key': 'Repeating the call creates nothing more' }
      : {}),
    ...(description.events === undefined
      ? {}
      : { 'Last-Event-ID': 'The id of the last event that the follower has: it goes on behind that' }),
    ...description.headers,
  };
  for (const [name, text] of Object.entries(headers)) {
    parts.push(ApiHeader({ name, required: false, description: text }));
  }
  return parts;
}

function whatIsGiven({ answer, answerType, events, status = 200 }: Description): MethodDecorator[] {
  const content = {
    ...(answer === undefined ? {} : { 'application/json': { schema: placedSchema(answer, 'output') } }),
    ...(answerType === undefined ? {} : { [answerType]: { schema: rawSchema(answerType) } }),
    ...(events === undefined ? {} : { 'text/event-stream': { schema: placedSchema(events, 'output') } }),
  };
  return [
    ApiResponse({
      status,
      description: 'done',
      ...(Object.keys(content).length === 0 ? {} : { content }),
    }),
    ApiResponse({
      status: 'default',
      description: 'a problem (RFC 9457)',
      content: { 'application/problem+json': { schema: placedSchema(Problem, 'output') } },
    }),
  ];
}

function rawSchema(type: string): Record<string, unknown> {
  if (type === 'application/json') {
    return { type: 'object', additionalProperties: true };
  }
  return type.startsWith('text/') ? { type: 'string' } : { type: 'string', format: 'binary' };
}
