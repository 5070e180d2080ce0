import { applyDecorators, SetMetadata } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOperation,
  ApiProduces,
  ApiQuery,
  ApiResponse,
} from '@nestjs/swagger';
import { Problem } from '@berth/contracts';
import { z } from 'zod';
import type { JsonLimits } from './json-limits.js';

export interface Description {
  readonly summary: string;
  readonly body?: z.ZodType;
  /** Where the JSON body may have more than is usual. */
  readonly bodyLimits?: Partial<JsonLimits>;
  /** The body may come as a form too, which the operation reads itself. */
  readonly alsoForms?: boolean;
  /** Of a body that is not JSON. */
  readonly bodyType?: string;
  readonly query?: z.ZodObject;
  readonly status?: number;
  readonly answer?: z.ZodType;
  /** Of an answer that is not JSON. */
  readonly answerType?: string;
  /** Takes an Idempotency-Key; its answer is kept for a day, so it holds no secret. */
  readonly idempotent?: boolean;
}

/** Where an operation keeps its description. */
export const DESCRIPTION = 'berth:description';

/** Says what a call takes and gives: to the OpenAPI document, from the same schemas that check it, and to who reads bodies. */
export function Describe(description: Description): MethodDecorator {
  const { summary, body, bodyType, query, answer, answerType, status = 200 } = description;
  const parts: MethodDecorator[] = [SetMetadata(DESCRIPTION, description), ApiOperation({ summary })];
  if (body !== undefined) {
    parts.push(ApiBody({ schema: openApiSchema(body) }));
  } else if (bodyType !== undefined) {
    parts.push(ApiConsumes(bodyType), ApiBody({ schema: { type: 'string', format: 'binary' } }));
  }
  for (const [name, field] of Object.entries(query?.shape ?? {})) {
    const optional = (field as z.ZodType).safeParse(undefined).success;
    parts.push(ApiQuery({ name, required: !optional, schema: openApiSchema(field as z.ZodType) }));
  }
  if (description.idempotent === true) {
    parts.push(
      ApiHeader({
        name: 'Idempotency-Key',
        required: false,
        description: 'Repeating the call creates nothing more',
      }),
    );
  }
  if (answerType !== undefined) {
    parts.push(ApiProduces(answerType), ApiResponse({ status, description: 'done' }));
  } else {
    parts.push(
      ApiResponse({
        status,
        description: 'done',
        ...(answer === undefined ? {} : { schema: openApiSchema(answer, 'output') }),
      }),
    );
  }
  parts.push(
    ApiResponse({
      status: 'default',
      description: 'a problem (RFC 9457)',
      schema: openApiSchema(Problem, 'output'),
    }),
  );
  return applyDecorators(...parts);
}

function openApiSchema(schema: z.ZodType, io: 'input' | 'output' = 'input'): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io,
    unrepresentable: 'any',
  });
  return rest;
}
