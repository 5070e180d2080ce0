export * from './batches.js';
export * from './deadline.js';
export * from './few-at-once.js';
export * from './in-turn.js';
export * from './loop.js';
export * from './right-of-way.js';
export * from './run-service.js';
