export { Mask, type MaskedPiece } from './mask.js';
export type { MaskStream } from './mask-stream.js';
export { maskPlan } from './plan/mask-plan.js';
export { redactChange, visiblePath, type MarkedChange } from './plan/redact-change.js';
export { valuesOfVariables } from './values-of-variables.js';
