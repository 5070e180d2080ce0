export { freePort } from './free-port.js';
export { endPrivatePostgres, startPrivatePostgres } from './private-postgres.js';
export type { PrivatePostgresOptions } from './private-postgres.js';
export type { PrivateRabbitmq, PrivateServer } from './private-server.js';
export { endPrivateRabbitmq, startPrivateRabbitmq } from './private-rabbitmq.js';
export type { PrivateRabbitmqOptions } from './private-rabbitmq.js';
