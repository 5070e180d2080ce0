export * from './agent-status.js';
export * from './failure.js';
export * from './next-step.js';
export * from './slot-state.js';
export * from './task-status.js';
export * from './task-transitions.js';
export * from './warm-apply.js';
export * from './match-tasks.js';
