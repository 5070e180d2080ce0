import { resolve } from 'node:path';

/** The repository's root, wherever we were called from. */
export const repository = resolve(import.meta.dirname, '../..');
