import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { AppModule } from './app.module.js';
import { callersOf, type CallerKind } from './auth/caller.js';
import { BuildsModule } from './builds/builds.module.js';
import { readEnv } from './env.js';
import { DESCRIPTION, type Description } from './openapi/describe.js';
import { PAGES, SignInModule } from './sign-in/sign-in.module.js';

type Controller = abstract new (...args: never[]) => object;

interface Operation {
  readonly name: string;
  readonly description: Description | undefined;
  /** Who may call; null where anyone may. */
  readonly kinds: readonly CallerKind[] | null;
  /** Whether it has a parameter with the parsed body. */
  readonly takesBody: boolean;
}

const ENV = readEnv({
  DATABASE_URL: 'postgres://berth@db/berth',
  AMQP_URL: 'amqp://broker',
  BERTH_API_KEY: 'x'.repeat(32),
  BERTH_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
  BERTH_LOG_LEVEL: 'silent',
});

/** Nest's own numbers of what a parameter of a handler is. */
const BODY_PARAMETER = '3';

/** Of those that are no pages. */
function operations(): Operation[] {
  const controllers = [
    ...(AppModule.forEnv(ENV).controllers ?? []),
    ...(Reflect.getMetadata('controllers', BuildsModule) as Controller[]),
    ...(Reflect.getMetadata('controllers', SignInModule) as Controller[]).filter(
      (controller) => !PAGES.some((page) => page === controller),
    ),
  ] as Controller[];
  return operationsOf(controllers);
}

function operationsOf(controllers: readonly Controller[]): Operation[] {
  return controllers.flatMap((controller) =>
    Object.getOwnPropertyNames(controller.prototype)
      .filter((method) => method !== 'constructor')
      // What a getter gives is no handler, and there is nothing that it could be asked of.
      .map((method) => ({
        method,
        handler: Object.getOwnPropertyDescriptor(controller.prototype, method)?.value as object,
      }))
      .filter(({ handler }) => typeof handler === 'function' && Reflect.hasMetadata('path', handler))
      .map(({ method, handler }) => {
        const parameters = (Reflect.getMetadata('__routeArguments__', controller, method) ?? {}) as object;
        return {
          name: `${controller.name}.${method}`,
          description: Reflect.getMetadata(DESCRIPTION, handler) as Description | undefined,
          kinds: callersOf(handler, controller),
          takesBody: Object.keys(parameters).some((key) => key.startsWith(`${BODY_PARAMETER}:`)),
        };
      }),
  );
}

/** The names of the fields of an answer, however deep. */
function fieldsOf(answer: z.ZodType): string[] {
  const schema = JSON.stringify(z.toJSONSchema(answer, { io: 'output', unrepresentable: 'any' }));
  return [...schema.matchAll(/"(\w+)":\{/g)].map(([, name = '']) => name);
}

describe('the operations of the api', () => {
  it('are all described', () => {
    expect(operations().length).toBeGreaterThan(80);
    expect(operations().filter(({ description }) => description === undefined)).toEqual([]);
  });

  it('are open to anyone where they are pages, which see to sessions themselves, and only there undescribed', () => {
    const pages = operationsOf(PAGES);
    expect(pages.length).toBeGreaterThan(10);
    expect(pages.filter(({ kinds, description }) => kinds !== null || description !== undefined)).toEqual([]);
  });

  it('are in the OpenAPI document, but for those whose methods it has no words for', () => {
    const nameless = operations().filter(({ description }) => description?.id === undefined);
    expect(nameless.map(({ name }) => name)).toEqual([
      'TerraformStateController.lock',
      'TerraformStateController.unlock',
    ]);
  });

  it('name a permission where they are open to people, and only there', () => {
    const wrong = operations().filter(
      ({ kinds, description }) =>
        (kinds?.includes('user') === true) !== (description?.permission !== undefined),
    );
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('say so where they take JSON: it is read for those that do', () => {
    const silent = operations().filter(
      ({ takesBody, description }) => takesBody && description?.body === undefined,
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('keep no answer with a secret for an Idempotency-Key', () => {
    const secrets = operations().filter(
      ({ description }) =>
        description?.idempotent === true &&
        description.answer !== undefined &&
        fieldsOf(description.answer).some((field) => /^(?!has).*token$|password|secret|otp/i.test(field)),
    );
    expect(secrets.map(({ name }) => name)).toEqual([]);
    expect(operations().some(({ description }) => description?.idempotent === true)).toBe(true);
  });
});
