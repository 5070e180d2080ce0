export * from './health.js';
export * from './logger.js';
export * from './loop-watch.js';
export * from './metrics.js';
export * from './observability.module.js';
