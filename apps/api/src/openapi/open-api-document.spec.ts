import { beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import { documentWithoutServer } from './document-without-server.js';
import { TAGS } from './resources.js';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

interface Media {
  readonly schema: Readonly<Record<string, any>>;
}

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters: readonly { readonly in: string; readonly description?: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}

let document: OpenAPIObject;
let operations: Operation[];

beforeAll(async () => {
  document = await documentWithoutServer();
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation }) as Operation),
  );
});

const byId = (id: string): Operation => operations.find(({ operationId }) => operationId === id)!;

/** What is written in JSON, either way. */
function jsonSchemas({ requestBody, responses }: Operation): Media['schema'][] {
  return [requestBody?.content, ...Object.values(responses).map(({ content }) => content)]
    .flatMap((content) => content?.['application/json']?.schema ?? [])
    .filter(({ format, additionalProperties }) => format !== 'binary' && additionalProperties !== true);
}

describe('the OpenAPI document', () => {
  it('is one of OpenAPI 3.0, every reference in it leads somewhere', async () => {
    const validator = new Validator();
    expect(await validator.validate({ ...structuredClone(document) })).toEqual({ valid: true });
    expect(validator.version).toBe('3.0');
    expect(() => validator.resolveRefs()).not.toThrow();
    const text = JSON.stringify(document);
    const names = new Set([...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name));
    expect([...names].toSorted()).toEqual(Object.keys(document.components!.schemas!).toSorted());
  });

  it('has operations of the methods that OpenAPI knows, each called once by a verb and a noun', () => {
    expect(operations.length).toBeGreaterThan(100);
    expect(operations.filter(({ method }) => !METHODS.includes(method))).toEqual([]);
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids.filter((id) => !/^[a-z]+([A-Z][a-z]+)+$/.test(id) || id.includes('Controller'))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names every schema that is sent or given, but for lists and pages of them', () => {
    const nameless = operations.filter((operation) =>
      jsonSchemas(operation).some(({ $ref, items, properties }) => {
        const item = items ?? properties?.['items']?.items;
        return $ref === undefined && item?.$ref === undefined;
      }),
    );
    expect(nameless.map(({ operationId }) => operationId)).toEqual([]);
    expect(operations.filter((operation) => jsonSchemas(operation).length > 0).length).toBeGreaterThan(70);
  });

  it('has two schemas for what is sent and given differently, and lets answers grow', () => {
    const { Changes, ChangesInput, TaskConfirmation } = document.components!.schemas as Record<string, any>;
    expect(Changes.required).toContain('drift');
    expect(ChangesInput.required).not.toContain('drift');
    expect(Changes).not.toHaveProperty('additionalProperties');
    expect(TaskConfirmation.additionalProperties).toBe(false);
  });

  it('says of each operation what it is about and what stands in its path', () => {
    const tags = TAGS.map(({ name }) => name as string);
    expect(document.tags?.map(({ name }) => name)).toEqual(tags);
    expect(
      operations.filter(({ tags: [tag, ...others] }) => others.length > 0 || !tags.includes(tag!)),
    ).toEqual([]);
    expect(tags.filter((name) => !operations.some(({ tags: [tag] }) => tag === name))).toEqual([]);
    const places = operations.flatMap(({ parameters }) => parameters.filter((one) => one.in === 'path'));
    expect(places.length).toBeGreaterThan(80);
    expect(places.filter(({ description }) => !/^(Id|Name) /.test(description ?? ''))).toEqual([]);
    expect(byId('confirmTask')).toMatchObject({
      tags: ['tasks'],
      parameters: [{ description: 'Id of the task' }],
    });
    expect(byId('pushUnsavedState').tags).toEqual(['states']);
  });

  it.each([
    ['listTasks', ['userKey', 'userKeyHeader']],
    ['acceptTask', ['agentSession']],
    ['openAgentSession', ['poolToken']],
    ['readTerraformState', ['taskToken', 'userKey', 'userKeyHeader']],
    ['readBuild', ['userKey', 'userKeyHeader', 'buildToken']],
    ['submitBuild', ['userKey', 'userKeyHeader']],
    ['pollBuild', ['workerToken', 'userKey', 'userKeyHeader']],
    ['reportMachineReady', ['machineToken']],
    ['authenticateMachine', []],
    ['readPlatformHealth', []],
  ])('says who may call %s', (id, schemes) => {
    expect(byId(id).security.flatMap((one) => Object.keys(one))).toEqual(schemes);
    expect(Object.keys(document.components!.securitySchemes!)).toEqual(expect.arrayContaining(schemes));
  });

  it('gives each answer its own media types, and problems theirs', () => {
    const types = (id: string, status: string) => Object.keys(byId(id).responses[status]?.content ?? {});
    expect(types('readTaskLog', '200')).toEqual(['text/plain', 'text/event-stream']);
    expect(types('listTaskEvents', '200')).toEqual(['application/json', 'text/event-stream']);
    expect(types('readTaskConfiguration', '200')).toEqual(['application/gzip']);
    expect(types('deleteWorkspace', '204')).toEqual([]);
    expect(new Set(operations.flatMap(({ operationId }) => types(operationId, 'default')))).toEqual(
      new Set(['application/problem+json']),
    );
  });
});
