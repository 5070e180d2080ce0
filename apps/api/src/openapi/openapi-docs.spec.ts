import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';
import { documentWithoutServer } from './document-without-server.js';

const REPOSITORY = resolve(import.meta.dirname, '../../../..');
const DOCUMENT = 'docs/openapi.json';
const TYPES = 'libs/client/src/generated/api.ts';

/** What is written in the file; with UPDATE_DOCS=1 it is written there first. */
async function written(path: string, generated: string): Promise<string> {
  const file = resolve(REPOSITORY, path);
  if (process.env['UPDATE_DOCS'] === '1') {
    await writeFile(file, generated);
  }
  return readFile(file, 'utf8');
}

/** What is no text in the document is bytes in a client, and a form is one. */
function typeOfBytes(format: string | undefined, path = ''): ts.TypeNode | undefined {
  const name = path.includes('multipart') ? 'FormData' : 'Blob';
  return format === 'binary' ? ts.factory.createTypeReferenceNode(name) : undefined;
}

/** Both files are written by `npm run openapi`. */
describe('what is made of the operations of the api', () => {
  it('is the document that is kept to be read, and to see changes by', async () => {
    const generated = `${JSON.stringify(await documentWithoutServer(), null, 2)}\n`;
    expect(await written(DOCUMENT, generated)).toBe(generated);
  });

  it('are the types of the client', async () => {
    const document = JSON.parse(await readFile(resolve(REPOSITORY, DOCUMENT), 'utf8')) as OpenAPI3;
    const types = await openapiTS(document, {
      silent: true,
      transform: ({ format }, { path }) => typeOfBytes(format, path),
    });
    const generated = `// Made of ${DOCUMENT} by npm run openapi.\n\n${astToString(types)}`;
    expect(await written(TYPES, generated)).toBe(generated);
  });
});
