import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from '../app.module.js';
import { readEnv } from '../env.js';
import { openApiDocument } from './open-api-document.js';

/** Settings that an api could start with; nothing is reached by them. */
const ENV = readEnv({
  DATABASE_URL: 'postgres://berth@db/berth',
  AMQP_URL: 'amqp://broker',
  BERTH_API_KEY: 'x'.repeat(32),
  BERTH_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
  BERTH_LOG_LEVEL: 'silent',
});

/** The document that an api would serve; nothing is instantiated for it, so it needs no database and no broker. */
export async function documentWithoutServer(): Promise<OpenAPIObject> {
  const app = await NestFactory.create(AppModule.forEnv(ENV), {
    preview: true,
    abortOnError: false,
    logger: false,
  });
  return openApiDocument(app);
}
