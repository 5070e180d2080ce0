import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { INestApplication } from '@nestjs/common';
import { SECURITY_SCHEMES, securityOf } from './credentials.js';
import { callersOfOperation } from './describe.js';
import { placeIn, resourceOf, TAGS } from './resources.js';
import { settleNames } from './settle-names.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** What a client can be made from: every operation that describes itself, each schema under its name. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Berth')
    .setDescription('Plans and applies of Terraform and OpenTofu on a team’s own agents, in warm slots.')
    .setVersion('1');
  for (const [name, scheme] of Object.entries(SECURITY_SCHEMES)) {
    builder.addSecurity(name, scheme);
  }
  for (const { name, description } of TAGS) {
    builder.addTag(name, description);
  }
  const document = SwaggerModule.createDocument(app, builder.build(), {
    onlyIncludeDecoratedEndpoints: true,
    autoTagControllers: false,
  });
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const operation of Object.values(operations) as Operation[]) {
      operation.tags = [resourceOf(path)];
      operation.security = securityOf(callersOfOperation(operation.operationId ?? ''));
      describePlaces(path, operation);
    }
  }
  return settleNames(document);
}

function describePlaces(path: string, { parameters = [] }: Operation): void {
  for (const parameter of parameters) {
    if ('in' in parameter && parameter.in === 'path') {
      parameter.description = placeIn(path, parameter.name);
    }
  }
}
