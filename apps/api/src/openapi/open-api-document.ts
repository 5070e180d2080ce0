import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { INestApplication } from '@nestjs/common';
import { SECURITY_SCHEMES, securityOf } from './credentials.js';
import { neededFor } from '@berth/domain';
import { callersOfOperation, descriptionOf } from './describe.js';
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
      describePermission(operation);
      describePlaces(path, operation);
    }
  }
  return settleNames(document);
}

/** What people and services need for it; all else that may call is named by its kind of token. */
function describePermission(operation: Operation & { 'x-permission'?: string }): void {
  const { permission, orOwn } = descriptionOf(operation.operationId ?? '');
  if (permission !== undefined) {
    const needed = neededFor(permission);
    const who = { member: 'any member', person: 'whoever is signed in' }[needed as string] ?? needed;
    operation['x-permission'] = permission;
    operation.description = `Takes the permission \`${permission}\` (${who})${orOwn === undefined ? '' : `, or \`${orOwn}\` for what one has queued oneself`}.`;
  }
}

function describePlaces(path: string, { parameters = [] }: Operation): void {
  for (const parameter of parameters) {
    if ('in' in parameter && parameter.in === 'path') {
      parameter.description = placeIn(path, parameter.name);
    }
  }
}
