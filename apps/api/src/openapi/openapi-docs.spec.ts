import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { documentWithoutServer } from './document-without-server.js';

const REPOSITORY = resolve(import.meta.dirname, '../../../..');
const DOCUMENT = 'docs/openapi.json';

/** What is written in the file; with UPDATE_DOCS=1 it is written there first. */
async function written(path: string, generated: string): Promise<string> {
  const file = resolve(REPOSITORY, path);
  if (process.env['UPDATE_DOCS'] === '1') {
    await writeFile(file, generated);
  }
  return readFile(file, 'utf8');
}

/** Written by `npm run openapi`. */
describe('what is made of the operations of the api', () => {
  it('is the document that is kept to be read, and to see changes by', async () => {
    const generated = `${JSON.stringify(await documentWithoutServer(), null, 2)}\n`;
    expect(await written(DOCUMENT, generated)).toBe(generated);
  });
});
