export { connect, type Client, type ConnectOptions, type Schemas } from './connect.js';
export type { FollowedEvent, FollowedPath, FollowOptions } from './follow.js';
export { ApiProblem, isTransient, Unreachable, type FieldFault } from './failures.js';
