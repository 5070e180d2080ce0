export * from './load-env.js';
export * from './settings.js';
