export * from './agent-protocol.js';
export * from './agents.js';
export * from './messages.js';
export * from './page.js';
export * from './problem.js';
export * from './tasks.js';
export * from './workspaces.js';
export * from './plan.js';
