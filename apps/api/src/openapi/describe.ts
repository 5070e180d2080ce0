import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiProduces, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { Problem } from '@berth/contracts';
import { z } from 'zod';

export interface Description {
  readonly summary: string;
  readonly body?: z.ZodType;
  /** Of a body that is not JSON. */
  readonly bodyType?: string;
  readonly query?: z.ZodObject;
  readonly status?: number;
  readonly answer?: z.ZodType;
  /** Of an answer that is not JSON. */
  readonly answerType?: string;
  /** Takes an Idempotency-Key. */
  readonly idempotent?: boolean;
}

/** Puts a call into the OpenAPI document, from the same schemas that check it. */
export function Describe(description: Description): MethodDecorator {
  const { summary, body, bodyType, query, answer, answerType, status = 200 } = description;
  const decorators: (MethodDecorator & ClassDecorator)[] = [];
  const parts: MethodDecorator[] = [ApiOperation({ summary })];
  if (body !== undefined) {
    parts.push(ApiBody({ schema: openApiSchema(body) }));
  } else if (bodyType !== undefined) {
    parts.push(ApiBody({ schema: { type: 'string', format: 'binary' } }));
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
  return applyDecorators(...decorators, ...parts);
}

function openApiSchema(schema: z.ZodType, io: 'input' | 'output' = 'input'): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io,
    unrepresentable: 'any',
  });
  return rest;
}
