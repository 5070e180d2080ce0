export * from './catalogue/index.js';
export * from './health.js';
export * from './label-cap.js';
export * from './logger.js';
export * from './loop-watch.js';
export * from './metrics.js';
export * from './observability.module.js';
export * from './request-watch.js';
