import { USUAL_JSON, type JsonLimits } from '../openapi/json-limits.js';

/** What workers say is cut where it is kept, and nothing of it is refused for a character that a program has printed. */
export const WORKER_JSON: JsonLimits = { ...USUAL_JSON, maxMb: 8, values: 100_000, unstorable: 'replace' };

/** Of an operation by which a worker says something. */
export const FROM_WORKER = { bodyLimits: WORKER_JSON, alsoForms: true } as const;
